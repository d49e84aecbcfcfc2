"""The planner's screen in a real browser: how soon the worklist is drawn, beside a page with a static table."""
