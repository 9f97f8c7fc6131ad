// Package help is the overlay that lists the keys.
//
// Every line of it comes from the key map that also dispatches the keys, so that
// it cannot promise a key that does nothing, and a key that was bound anew or
// taken away is shown as it is. The keys of the place that had the input come
// first, those that work everywhere after them.
package help
