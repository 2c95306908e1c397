"""The town's electronic seal on a finished packet: ``field`` before it is written, ``seal`` after."""
