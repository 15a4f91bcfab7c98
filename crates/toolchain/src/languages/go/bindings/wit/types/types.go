// Package types has the types of WIT for which Go has none of its own.
package types

import "fmt"

const (
	ResultOk  = 0
	ResultErr = 1

	OptionNone = 0
	OptionSome = 1
)

// Unit is a value that says nothing, as of a function that answers only whether it failed.
type Unit struct{}

// Result is what a function answers that can fail.
type Result[T any, E any] struct {
	ok  T
	err E
	tag uint8
}

// Ok is the result of success.
func Ok[T any, E any](value T) Result[T, E] {
	return Result[T, E]{tag: ResultOk, ok: value}
}

// Err is the result of failure.
func Err[T any, E any](reason E) Result[T, E] {
	return Result[T, E]{tag: ResultErr, err: reason}
}

func (result Result[T, E]) Tag() uint8  { return result.tag }
func (result Result[T, E]) IsOk() bool  { return result.tag == ResultOk }
func (result Result[T, E]) IsErr() bool { return result.tag == ResultErr }

// Ok is the value; it panics if there is none because of a failure.
func (result Result[T, E]) Ok() T {
	if result.tag != ResultOk {
		panic("Ok was asked of a Result that is an error")
	}
	return result.ok
}

// Err is the reason of a failure; it panics if there was none.
func (result Result[T, E]) Err() E {
	if result.tag != ResultErr {
		panic("Err was asked of a Result that is no error")
	}
	return result.err
}

// Get is the value, or the reason of a failure as one of Go's errors.
func (result Result[T, E]) Get() (T, error) {
	if result.tag == ResultOk {
		return result.ok, nil
	}
	if reason, isError := any(result.err).(error); isError {
		return result.ok, reason
	}
	return result.ok, fmt.Errorf("%v", result.err)
}

// Option is a value that may be left out.
type Option[T any] struct {
	value T
	tag   uint8
}

// Some is an option that has a value.
func Some[T any](value T) Option[T] {
	return Option[T]{tag: OptionSome, value: value}
}

// None is an option that has no value.
func None[T any]() Option[T] {
	return Option[T]{}
}

func (option Option[T]) Tag() uint8   { return option.tag }
func (option Option[T]) IsSome() bool { return option.tag == OptionSome }
func (option Option[T]) IsNone() bool { return option.tag == OptionNone }

// Some is the value; it panics if there is none.
func (option Option[T]) Some() T {
	if option.tag != OptionSome {
		panic("Some was asked of an Option without a value")
	}
	return option.value
}

// SomeOr is the value, or the one given if there is none.
func (option Option[T]) SomeOr(value T) T {
	if option.tag == OptionSome {
		return option.value
	}
	return value
}
