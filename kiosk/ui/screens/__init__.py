"""The pages a person sees, each a module and a .kv file; what happens on them is decided in kiosk.ui.flow."""
