"""``python -m ppo4j_bridge``: one worker process, started and controlled by Java."""

from ppo4j_bridge.server import main

if __name__ == "__main__":
    main()
