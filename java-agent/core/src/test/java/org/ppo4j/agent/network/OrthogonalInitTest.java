package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrthogonalInitTest {
  private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(3);

  @ParameterizedTest
  @CsvSource({"1,1", "4,4", "17,64", "64,17", "64,1"})
  void shorterSideIsOrthonormal(int rows, int columns) {
    RealMatrix matrix = OrthogonalInit.orthogonal(rows, columns, random);
    RealMatrix gram =
        rows < columns ? matrix.multiply(matrix.transpose()) : matrix.transpose().multiply(matrix);
    int n = Math.min(rows, columns);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        assertThat(gram.getEntry(i, j)).isCloseTo(i == j ? 1 : 0, within(1e-12));
      }
    }
  }

  /** QR alone would give Q a diagonal of one sign; the correction makes both equally probable. */
  @Test
  void signsAreUniform() {
    int positive = 0;
    for (int i = 0; i < 2000; i++) {
      positive += OrthogonalInit.orthogonal(2, 2, random).getEntry(0, 0) > 0 ? 1 : 0;
    }
    assertThat(positive).isBetween(900, 1100);
  }

  /** A row of a hidden layer's orthogonal [64, 64] weights has norm gain = sqrt(2). */
  @Test
  void gainsAreThoseOfPpo() {
    NetworkSpec spec = new NetworkSpec(17, List.of(64, 64), Activation.TANH, 6, 6);
    SimdActorCritic network = new SimdActorCritic(spec);
    OrthogonalInit.initialize(network, 0.02, -0.5, random);
    float[] parameters = network.parameters();
    for (var layers : List.of(spec.actorLayers(), spec.criticLayers())) {
      assertThat(columnNorm(parameters, layers.get(1), 5)).isCloseTo(Math.sqrt(2), within(1e-5));
      for (NetworkSpec.Layer layer : layers) {
        for (int i = 0; i < layer.out(); i++) {
          assertThat(parameters[layer.biases() + i]).isZero();
        }
      }
    }
    assertThat(columnNorm(parameters, spec.actorLayers().get(2), 5)).isCloseTo(.02, within(1e-7));
    assertThat(columnNorm(parameters, spec.criticLayers().get(2), 0)).isCloseTo(1, within(1e-5));
    for (int i = 0; i < 6; i++) {
      assertThat(parameters[spec.logStdOffset() + i]).isEqualTo(-0.5f);
    }
  }

  private static double columnNorm(float[] parameters, NetworkSpec.Layer layer, int column) {
    double squares = 0;
    for (int i = 0; i < layer.in(); i++) {
      double weight = parameters[layer.weights() + i * layer.out() + column];
      squares += weight * weight;
    }
    return Math.sqrt(squares);
  }

  /** The matrix is what the square Q of Commons Math starts with, to the bit. */
  @ParameterizedTest
  @CsvSource({"1,1", "4,4", "17,64", "64,17", "64,1", "1,64", "300,40", "64,64"})
  void equalsTheFirstColumnsOfTheWholeQ(int rows, int columns) {
    for (int seed = 0; seed < 5; seed++) {
      RealMatrix matrix =
          OrthogonalInit.orthogonal(rows, columns, RandomSource.XO_SHI_RO_256_PP.create(seed));
      RealMatrix whole = ofWholeQ(rows, columns, RandomSource.XO_SHI_RO_256_PP.create(seed));

      assertThat(matrix.getData()).isDeepEqualTo(whole.getData());
    }
  }

  private static RealMatrix ofWholeQ(int rows, int columns, UniformRandomProvider random) {
    if (rows < columns) {
      return ofWholeQ(columns, rows, random).transpose();
    }
    var normal = ZigguratSampler.NormalizedGaussian.of(random);
    RealMatrix matrix = new Array2DRowRealMatrix(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.setEntry(i, j, normal.sample());
      }
    }
    QRDecomposition qr = new QRDecomposition(matrix);
    RealMatrix q = qr.getQ().getSubMatrix(0, rows - 1, 0, columns - 1);
    for (int j = 0; j < columns; j++) {
      if (qr.getR().getEntry(j, j) < 0) {
        q.setColumnVector(j, q.getColumnVector(j).mapMultiply(-1));
      }
    }
    return q;
  }

  /** Its square Q would be 81 GB. */
  @Test
  void anImagesFirstLayerNeedsNoSquareMatrix() {
    RealMatrix matrix = OrthogonalInit.orthogonal(210 * 160 * 3, 3, random);

    for (int j = 0; j < 3; j++) {
      assertThat(matrix.getColumnVector(j).getNorm()).isCloseTo(1, within(1e-12));
      assertThat(matrix.getColumnVector(j).dotProduct(matrix.getColumnVector((j + 1) % 3)))
          .isCloseTo(0, within(1e-12));
    }
  }
}
