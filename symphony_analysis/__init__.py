"""A notebook suite with which a multi-academy trust writes its yearly self-evaluation from its data.

One way through the house; a room imports only from the rooms before it:

    data/ -> sources -> measures -> compare, claims -> protect -> analysis -> charts | tables | wording
          -> notebooks/ -> run -> report -> reports/

``years``, ``symbols``, ``rounding``, ``trust`` and ``markup`` stand before all rooms; ``cli`` is the front door.
"""

__version__ = "0.1.0"
