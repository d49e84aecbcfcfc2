"""The ceiling: a FastAPI application whose endpoint returns a constant."""

from fastapi import FastAPI

RESPONSE = {"prediction": 1, "probability": 0.5}

app = FastAPI()


@app.post("/predict", response_model=None)
async def predict() -> dict[str, float]:
    """The same response to every request."""
    return RESPONSE


@app.get("/health/ready", response_model=None)
async def ready() -> dict[str, str]:
    """Readiness probe."""
    return {"status": "ok"}
