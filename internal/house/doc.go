// Package house turns the project's source into findings about its structure:
// imports against the direction of the data, build code that looks at the
// clock, packages without a purpose of their own. It holds only tests.
package house
