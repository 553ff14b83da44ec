"""A headless Chromium: kept warm, spoken to, its pages' pictures taken."""
