package org.ppo4j.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto.DataType;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.Recurrence;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/**
 * Writes a trained policy as an ONNX model that takes what the environment gives and returns what
 * it takes: normalisation, networks, and the most probable action are in the graph.
 *
 * <p>The input {@code observation [batch, shape...]} has the shape and the dtype of the observation
 * space; {@code Discrete}, {@code MultiDiscrete} and {@code MultiBinary} spaces have int64, int64
 * and int8, as in Gymnasium, and the first has the shape {@code [batch]}. Dict and Tuple spaces are
 * their parts one after the other, flattened, as doubles; a choice among them is one number.
 * Convolutions and the division of bytes by 255 are in the graph. The output {@code action} is the
 * same for the action space, and {@code policy [batch, D]} are the actor's outputs, floats: logits
 * or what the action head needs. The model's metadata are the spaces, the environment and the
 * action head.
 *
 * <p>Actions of a Tuple have an output for each part, {@code action_0}, {@code action_1} and so on.
 * A policy that masks invalid actions has another input, {@code action_mask [batch, M]} of
 * booleans, true for valid values, in the order of {@link Space#maskSize}; {@code policy} has the
 * masked outputs. What critics alone see is not an input.
 *
 * <p>A policy that remembers has another input, {@code state [batch, S]}, floats, which are zeros
 * where an episode starts, and a last output {@code next_state}, which is the state of the next
 * step.
 *
 * <p>Normalisation and what follows the networks are computed in doubles, as by {@link
 * TrainedPolicy}, and the networks in floats; actions differ by the rounding of other orders of
 * summation and another tanh.
 */
public final class OnnxExport {
  private final OnnxGraph graph = new OnnxGraph();
  private final TrainedPolicy policy;
  private final NetworkSpec network;
  private final ActionConfig actions;

  /** The parts of the next state of recurrent layers, in order. */
  private final List<String> nextStates = new ArrayList<>();

  private OnnxExport(TrainedPolicy policy) {
    this.policy = policy;
    network = network(policy);
    actions = policy.actionConfig();
  }

  /** Returns why {@code policy} cannot be written, a sentence; null if it can. */
  public static @Nullable String refusal(TrainedPolicy policy) {
    if (policy.ownDistribution() != null) {
      return "a policy with the distribution of actions %s cannot be exported, because an ONNX model does not contain it; its checkpoint runs with TrainedPolicy"
          .formatted(policy.ownDistribution());
    }
    return policy.network().shape() instanceof NetworkSpec
        ? null
        : "a network of %s cannot be exported as ONNX, because it is not one of the engines'; its checkpoint runs with TrainedPolicy"
            .formatted(policy.network().getClass().getName());
  }

  /**
   * Writes {@code policy} to {@code file}, which is overwritten.
   *
   * @throws IllegalArgumentException if its networks are not MLPs, convolutional or recurrent
   *     networks of the engines, or its distribution of actions is a program's own
   */
  public static void write(Path file, TrainedPolicy policy) throws IOException {
    String refusal = refusal(policy);
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
    Files.write(file, new OnnxExport(policy).model().toByteArray());
  }

  /**
   * Returns the length S of the input {@code state} of the model of {@code policy}; 0 if it has no
   * such input.
   */
  public static int stateSize(TrainedPolicy policy) {
    return network(policy).recurrence().stateSize();
  }

  /** Returns the type of the input {@code observation} of the model of {@code policy}. */
  public static DType observationType(TrainedPolicy policy) {
    return OnnxGraph.dtype(PolicyNetwork.actorSpace(policy.env()));
  }

  private static NetworkSpec network(TrainedPolicy policy) {
    return (NetworkSpec) policy.network().shape();
  }

  private ModelProto model() throws JsonProcessingException {
    String outputs = masked(head(new OnnxObservation(graph, policy, network).features()));
    List<Space> leaves = space().leaves();
    int at = 0;
    for (int i = 0; i < leaves.size(); i++) {
      Space leaf = leaves.get(i);
      int width = ActionDistribution.outputs(leaf, actions, 0);
      boolean isOnly = leaves.size() == 1;
      String own = isOnly ? outputs : graph.columns(outputs, at, at + width);
      String name = isOnly ? "action" : "action_" + i;
      graph.output(name, action(leaf, own), OnnxGraph.type(leaf), OnnxGraph.shape(leaf));
      at += width;
    }
    graph.output("policy", outputs, DataType.FLOAT, network.headOutputs());
    if (!nextStates.isEmpty()) {
      graph.output(
          "next_state",
          graph.concatenation(nextStates),
          DataType.FLOAT,
          network.recurrence().stateSize());
    }
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("environment", policy.env().id());
    Space observations = PolicyNetwork.actorSpace(policy.env());
    notes.put("observation_space", Json.MAPPER.writeValueAsString(observations));
    notes.put("action_space", Json.MAPPER.writeValueAsString(space()));
    notes.put("action_head", Json.MAPPER.convertValue(actions.actionHead(), String.class));
    notes.put("action_bounds", Json.MAPPER.convertValue(actions.actionBounds(), String.class));
    return graph.model("ppo4j", notes);
  }

  private Space space() {
    return policy.env().actionSpace();
  }

  /** Adds the input of masks, if the policy needs one, and returns the masked outputs. */
  private String masked(String outputs) {
    if (!policy.masksActions()) {
      return outputs;
    }
    String mask = graph.input("action_mask", DataType.BOOL, space().maskSize());
    List<String> columns = new ArrayList<>();
    int output = 0;
    int flag = 0;
    for (Space leaf : space().leaves()) {
      int width = ActionDistribution.outputs(leaf, actions, 0);
      String own = graph.columns(outputs, output, output + width);
      if (leaf instanceof Space.MultiBinary bits) {
        String zeros = graph.strided(mask, flag, flag + 2 * bits.n(), 2);
        String ones = graph.strided(mask, flag + 1, flag + 2 * bits.n(), 2);
        own = graph.node("Where", ones, own, graph.floats(-Float.MAX_VALUE));
        own = graph.node("Where", zeros, own, graph.floats(Float.MAX_VALUE));
      } else if (leaf.maskSize() > 0) {
        String flags = graph.columns(mask, flag, flag + width);
        own = graph.node("Where", flags, own, graph.floats(-Float.MAX_VALUE));
      }
      columns.add(own);
      output += width;
      flag += leaf.maskSize();
    }
    return columns.size() == 1 ? columns.getFirst() : graph.concatenation(columns);
  }

  private String head(String features) {
    List<NetworkSpec.Layer> layers = network.actorLayers();
    String value = features;
    for (NetworkSpec.Layer layer : layers.subList(0, layers.size() - 1)) {
      value = activated(dense(value, layer));
    }
    return dense(network.recurrence().isPresent() ? recurrent(value) : value, layers.getLast());
  }

  /** Adds the non-linearity; the slopes of ONNX's operators are PyTorch's where none is given. */
  private String activated(String value) {
    return switch (network.activation()) {
      case TANH -> graph.node("Tanh", value);
      case RELU -> graph.node("Relu", value);
      case ELU -> graph.node("Elu", value);
      case LEAKY_RELU -> graph.node("LeakyRelu", value);
      case SILU -> graph.node("Mul", value, graph.node("Sigmoid", value));
    };
  }

  /** Adds the recurrent layers, which read the input {@code state}. */
  private String recurrent(String features) {
    Recurrence recurrence = network.recurrence();
    List<NetworkSpec.Layer> cells = network.actorCells();
    String state = graph.input("state", DataType.FLOAT, recurrence.stateSize());
    int units = recurrence.units();
    int at = 0;
    String value = features;
    for (int i = 0; i < cells.size(); i += 2) {
      String h = graph.columns(state, at, at + units);
      String inputs = dense(value, cells.get(i));
      String states = dense(h, cells.get(i + 1));
      if (recurrence.kind() == Recurrence.Kind.LSTM) {
        String c = graph.columns(state, at + units, at + 2 * units);
        value = lstm(graph.node("Add", inputs, states), c, units);
      } else {
        value = gru(inputs, states, h, units);
      }
      at += recurrence.stateSize() / recurrence.layers();
    }
    return value;
  }

  private String lstm(String gates, String c, int units) {
    String i = graph.node("Sigmoid", graph.columns(gates, 0, units));
    String f = graph.node("Sigmoid", graph.columns(gates, units, 2 * units));
    String g = graph.node("Tanh", graph.columns(gates, 2 * units, 3 * units));
    String o = graph.node("Sigmoid", graph.columns(gates, 3 * units, 4 * units));
    String nextC = graph.node("Add", graph.node("Mul", f, c), graph.node("Mul", i, g));
    String nextH = graph.node("Mul", o, graph.node("Tanh", nextC));
    nextStates.add(nextH);
    nextStates.add(nextC);
    return nextH;
  }

  private String gru(String inputs, String states, String h, int units) {
    String gates =
        graph.node(
            "Sigmoid",
            graph.node(
                "Add", graph.columns(inputs, 0, 2 * units), graph.columns(states, 0, 2 * units)));
    String r = graph.columns(gates, 0, units);
    String z = graph.columns(gates, units, 2 * units);
    String fromState = graph.node("Mul", r, graph.columns(states, 2 * units, 3 * units));
    String n =
        graph.node(
            "Tanh", graph.node("Add", graph.columns(inputs, 2 * units, 3 * units), fromState));
    String nextH = graph.node("Add", n, graph.node("Mul", z, graph.node("Sub", h, n)));
    nextStates.add(nextH);
    return nextH;
  }

  private String dense(String value, NetworkSpec.Layer layer) {
    float[] parameters = policy.network().parameters();
    return graph.dense(
        value,
        Arrays.copyOfRange(parameters, layer.weights(), layer.biases()),
        layer.in(),
        Arrays.copyOfRange(parameters, layer.biases(), layer.biases() + layer.out()));
  }

  /** Adds the most probable action in the environment's terms. */
  private String action(Space leaf, String outputs) {
    return switch (leaf) {
      case Space.Box box -> actionNumbers(box, outputs);
      case Space.Discrete discrete ->
          graph.flat(graph.node("Add", graph.argMax(outputs), graph.integers(discrete.start())));
      case Space.MultiDiscrete choices -> {
        List<String> columns = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < choices.size(); i++) {
          String logits = graph.columns(outputs, at, at + choices.nvec(i));
          columns.add(graph.node("Add", graph.argMax(logits), graph.integers(choices.start(i))));
          at += choices.nvec(i);
        }
        yield graph.concatenation(columns);
      }
      case Space.MultiBinary _ ->
          graph.cast(
              graph.node("Greater", graph.cast(outputs, DataType.DOUBLE), graph.doubles(0)),
              DataType.INT8);
      case Space.Tuple _ -> throw new IllegalStateException("a leaf is not a tuple");
    };
  }

  /** Does what {@link org.ppo4j.agent.action.ActionEncoder} does. */
  private String actionNumbers(Space.Box box, String outputs) {
    int size = box.size();
    double[] low = box.low();
    double[] range = box.high();
    Arrays.setAll(range, i -> range[i] - low[i]);
    String values = graph.cast(outputs, DataType.DOUBLE);
    String action = graph.columns(values, 0, size);
    if (actions.actionHead() == ActionHead.BETA) {
      action = scaled(mode(action, graph.columns(values, size, 2 * size)), low, range);
    } else if (actions.actionBounds() == ActionBounds.SQUASH) {
      String half = graph.node("Add", graph.node("Tanh", action), graph.doubles(1));
      action = scaled(graph.node("Mul", half, graph.doubles(0.5)), low, range);
    }
    if (box.dtype().isIntegral()) {
      action = graph.node("Round", action);
    }
    if (actions.actionBounds() != ActionBounds.NONE) {
      action = graph.clipped(action, low, box.high());
    } else if (box.dtype().isIntegral()) {
      action =
          graph.clipped(action, new double[] {box.dtype().min()}, new double[] {box.dtype().max()});
    }
    return graph.node(
        "Reshape", graph.cast(action, OnnxGraph.type(box.dtype())), dimensions(box.shape()));
  }

  private String dimensions(int... shape) {
    long[] dimensions = new long[shape.length + 1];
    dimensions[0] = -1;
    for (int i = 0; i < shape.length; i++) {
      dimensions[i + 1] = shape[i];
    }
    return graph.integers(dimensions);
  }

  private String scaled(String share, double[] low, double[] range) {
    return graph.node("Add", graph.node("Mul", share, graph.doubles(range)), graph.doubles(low));
  }

  /** Adds the maximum of beta densities: a / (a + b), where alpha is 1 + a and beta is 1 + b. */
  private String mode(String alphas, String betas) {
    String a = softplus(alphas);
    String sum = graph.node("Add", a, softplus(betas));
    String flat = graph.node("Equal", sum, graph.doubles(0));
    return graph.node("Where", flat, graph.doubles(0.5), graph.node("Div", a, sum));
  }

  /** Adds {@code max(x, 0) + log(1 + exp(-|x|))}. */
  private String softplus(String x) {
    String decay = graph.node("Exp", graph.node("Neg", graph.node("Abs", x)));
    return graph.node(
        "Add",
        graph.node("Max", x, graph.doubles(0)),
        graph.node("Log", graph.node("Add", decay, graph.doubles(1))));
  }
}
