package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
)

// samples is a sheet of blurred shapes that grow clearer as the loss falls.
func (s *simulation) samples() string {
	const (
		size = 64
		cell = 16
	)
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			dx, dy := float64(x%cell)-cell/2, float64(y%cell)-cell/2
			radius := math.Hypot(dx, dy) - 3 - float64((x/cell+y/cell)%3)
			inside := 1 / (1 + math.Exp(2*radius/(0.3+s.loss)))
			grain := 40 * s.loss * (s.rng.Float64() - 0.5)
			img.SetRGBA(x, y, color.RGBA{
				R: shade(255*inside + grain), G: shade(160*inside + float64(x)), B: shade(255*(1-inside) + grain), A: 255,
			})
		}
	}
	return encode(img)
}

// confusion is a confusion matrix of ten classes.
func (s *simulation) confusion(accuracy float64) string {
	const (
		classes = 10
		cell    = 8
	)
	img := image.NewGray(image.Rect(0, 0, classes*cell, classes*cell))
	var matrix [classes][classes]float64
	for i := range matrix {
		for j := range matrix[i] {
			matrix[i][j] = (1 - accuracy) * s.rng.Float64()
		}
		matrix[i][i] = accuracy
	}
	for y := range classes * cell {
		for x := range classes * cell {
			img.SetGray(x, y, color.Gray{Y: shade(255 * matrix[y/cell][x/cell])})
		}
	}
	return encode(img)
}

func shade(v float64) uint8 { return uint8(min(255, max(0, v))) }

func encode(img image.Image) string {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return "" // a buffer takes everything; the run would warn
	}
	return b.String()
}
