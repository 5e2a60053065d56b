// placeholder: delete when this folder has sources
