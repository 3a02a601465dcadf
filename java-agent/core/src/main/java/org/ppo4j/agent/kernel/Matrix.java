package org.ppo4j.agent.kernel;

/**
 * A view of a matrix in an array that the caller owns: element {@code [i, j]} is at {@code offset +
 * i * rowStride + j * columnStride}.
 */
public record Matrix(float[] elements, int offset, int rowStride, int columnStride) {

  /** Returns the row-major matrix of {@code columns} columns that starts at {@code offset}. */
  public static Matrix of(float[] elements, int offset, int columns) {
    return new Matrix(elements, offset, columns, 1);
  }

  /** Returns the same elements with rows and columns exchanged. */
  public Matrix transposed() {
    return new Matrix(elements, offset, columnStride, rowStride);
  }

  /** Returns the view that starts at element {@code [row, column]} of this one. */
  public Matrix from(int row, int column) {
    return new Matrix(elements, at(row, column), rowStride, columnStride);
  }

  /** Returns the index of element {@code [row, column]}. */
  public int at(int row, int column) {
    return offset + row * rowStride + column * columnStride;
  }
}
