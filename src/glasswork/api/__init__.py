"""The whole path as Python functions: what each command of the command line calls.

    workspace = glasswork.api.workspace.create(folder)
    glasswork.api.importing.import_recording(workspace, path, basis="…")
    glasswork.api.building.build(workspace, "mine", private=True)

A function takes the workspace first, does one thing, and returns a struct of what it did; it prints nothing. Errors are
`GlassworkError`s with a message for a person.
"""
