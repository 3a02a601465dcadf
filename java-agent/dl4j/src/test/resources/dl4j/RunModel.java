import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A program that has DL4J on its class path and not ppo4j. For each pair of arguments, a model file
 * and a file of one observation per line, it prints the graph's outputs, policy then value, one row
 * per line.
 */
public class RunModel {
  public static void main(String[] args) throws Exception {
    try {
      Class.forName("org.ppo4j.agent.network.NetworkSpec");
      throw new IllegalStateException("ppo4j is on the class path");
    } catch (ClassNotFoundException expected) {
      // ppo4j is not there.
    }
    for (int i = 0; i < args.length; i += 2) {
      ComputationGraph graph = ComputationGraph.load(new File(args[i]), false);
      List<String> lines = Files.readAllLines(Path.of(args[i + 1]));
      float[][] observations = new float[lines.size()][];
      for (int row = 0; row < observations.length; row++) {
        String[] numbers = lines.get(row).split(" ");
        observations[row] = new float[numbers.length];
        for (int j = 0; j < numbers.length; j++) {
          observations[row][j] = Float.parseFloat(numbers[j]);
        }
      }
      INDArray[] outputs = graph.output(Nd4j.createFromArray(observations));
      for (int row = 0; row < observations.length; row++) {
        StringBuilder line = new StringBuilder();
        for (float output : outputs[0].getRow(row).toFloatVector()) {
          line.append(output).append(' ');
        }
        System.out.println(line.append(outputs[1].getFloat(row, 0)));
      }
    }
  }
}
