// Package notify takes how calibrations stand and what people were told already;
// returns mail about what is new, and sends it.
package notify
