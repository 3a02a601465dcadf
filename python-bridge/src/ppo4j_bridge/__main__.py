"""``python -m ppo4j_bridge``: one worker process and its guard, started and controlled by Java."""

if __name__ == "__main__":
    from ppo4j_bridge import guard

    guard.split()  # before anything large is imported, which the guard does not need

    from ppo4j_bridge.server import main

    main()
