package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Columns are the names of a table's columns, in the table's order. A table
// that is not there has none.
func (d *Database) Columns(table string) ([]string, error) {
	rows, err := d.conn.QueryContext(context.Background(),
		"SELECT c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name = ? ORDER BY c.cid", table)
	if err != nil {
		return nil, explain(d.path, err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, explain(d.path, err)
		}
		if len(names) == maxTable {
			return nil, fmt.Errorf("%s: table %s has more than %d columns: check that it is the right file", d.path, table, maxTable)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		return nil, explain(d.path, err)
	}
	return names, nil
}

// Need is the columns of a table of which all that are named must be there; the
// error says which are not.
func (d *Database) Need(table string, columns ...string) ([]string, error) {
	have, err := d.Columns(table)
	if err != nil {
		return nil, err
	}
	if len(have) == 0 {
		return nil, fmt.Errorf("%s: no table %s: check that it is the right database", d.path, table)
	}
	for _, c := range columns {
		if !slices.Contains(have, c) {
			return nil, fmt.Errorf("%s: table %s has no column %s, but %s: check that it is the right database", d.path, table, c, strings.Join(have, ", "))
		}
	}
	return have, nil
}

// Select reads columns of a table. The rest of the statement, from WHERE on, is
// part of the program and never of an input; inputs are its arguments.
func (d *Database) Select(table string, columns []string, rest string, args ...any) ([]Row, error) {
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = quote(c)
	}
	rows, err := d.conn.QueryContext(context.Background(), "SELECT "+strings.Join(quoted, ", ")+" FROM "+quote(table)+" "+rest, args...)
	if err != nil {
		return nil, explain(d.path, err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		if len(out) == maxRows {
			return nil, fmt.Errorf("%s: table %s gives more than %d rows: check that it is the right database", d.path, table, maxRows)
		}
		r := Row{path: d.path, table: table, number: len(out) + 1, columns: columns, cells: make([]any, len(columns))}
		to := make([]any, len(columns))
		for i := range to {
			to[i] = &r.cells[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, explain(d.path, err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, explain(d.path, err)
	}
	return out, nil
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
