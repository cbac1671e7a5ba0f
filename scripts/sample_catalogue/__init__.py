"""Makes the sample catalogue: a deterministic script over tables written by hand. Run ``python -m scripts.sample_catalogue``."""
