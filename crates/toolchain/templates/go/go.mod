module local/{{id}}

go 1.27
