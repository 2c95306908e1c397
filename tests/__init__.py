"""The tests, as a package: else one that is installed by that name (canaille brings its own) goes before the folder."""
