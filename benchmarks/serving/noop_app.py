"""The upper limit: how many requests per second FastAPI and uvicorn answer if the endpoint does nothing."""

from fastapi import FastAPI

ANSWER = {"prediction": 1, "probability": 0.5}

app = FastAPI()


@app.post("/predict", response_model=None)
async def predict() -> dict[str, float]:
    """Return a constant and do not read the request."""
    return ANSWER


@app.get("/health/ready", response_model=None)
async def ready() -> dict[str, str]:
    """Whether the server is ready."""
    return {"status": "ok"}
