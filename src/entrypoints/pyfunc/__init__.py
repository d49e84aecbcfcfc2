"""The registered model as MLflow loads it: `mlflow.pyfunc.load_model("models:/NAME@production")`."""
