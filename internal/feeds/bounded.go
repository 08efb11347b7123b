package feeds

import (
	"reflect"

	"darksite/internal/view"
)

// maxAPIText bounds a text in the API, in characters: no sentence of ours is as
// long, and a damaged artifact must not become a file of hundreds of megabytes.
const maxAPIText = 4000

// bounded is a copy of a value in which all texts are fit to be shown: see
// [view.Plain]. Numbers stay as they are.
func bounded[T any](v T) T {
	return copyBounded(reflect.ValueOf(&v).Elem()).Interface().(T)
}

func copyBounded(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	switch v.Kind() {
	case reflect.String:
		c.SetString(view.Printable(v.String(), maxAPIText))
	case reflect.Pointer:
		if !v.IsNil() {
			c.Set(reflect.New(v.Type().Elem()))
			c.Elem().Set(copyBounded(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				c.Field(i).Set(copyBounded(v.Field(i)))
			}
		}
	case reflect.Slice:
		if !v.IsNil() && holdsText(v.Type().Elem()) {
			c.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				c.Index(i).Set(copyBounded(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			c.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
			for _, k := range v.MapKeys() {
				c.SetMapIndex(copyBounded(k), copyBounded(v.MapIndex(k)))
			}
		}
	}
	return c
}

// holdsText tells whether a copy is worth the time.
func holdsText(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint16, reflect.Float32, reflect.Float64:
		return false
	}
	return true
}
