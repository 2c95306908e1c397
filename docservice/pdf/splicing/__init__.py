"""Writing a packet from parts made ready.

``prepare`` takes a tagged PDF apart once, ``part`` is what it becomes, ``merge`` joins parts into one file by way of
``splice``, which copies bytes and fills in numbers.
"""
