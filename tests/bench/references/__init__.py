"""What ours is measured against; nothing in this package imports kiosk, drivers, sync or other tests."""
