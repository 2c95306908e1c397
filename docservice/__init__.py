"""docservice: documents and correspondence for a town's code compliance office."""

__version__ = "0.2.0"
