"""The ceiling: what FastAPI and uvicorn do in a second when the endpoint does nothing."""

from fastapi import FastAPI

ANSWER = {"prediction": 1, "probability": 0.5}

app = FastAPI()


@app.post("/predict", response_model=None)
async def predict() -> dict[str, float]:
    """Look at nothing, answer the same."""
    return ANSWER


@app.get("/health/ready", response_model=None)
async def ready() -> dict[str, str]:
    """Whether it is up."""
    return {"status": "ok"}
