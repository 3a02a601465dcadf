package org.ppo4j.agent.network;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Locale;
import java.util.Optional;
import org.ppo4j.agent.numeric.Sizes;

/**
 * The recurrent layers between the hidden layers and the heads of networks, which remember what
 * they saw in an episode.
 *
 * @param kind LSTM (Hochreiter and Schmidhuber 1997) or GRU (Cho et al. 2014), with the equations
 *     and the order of gates of PyTorch's {@code nn.LSTM} and {@code nn.GRU}
 * @param units the number of units of each layer; 0 if there are none
 * @param layers the number of layers, one on top of the other; 0 if there are none
 */
public record Recurrence(Kind kind, int units, int layers) {

  /** The equations of a recurrent layer. */
  public enum Kind {
    NONE(0, 0),
    /** Input, forget, cell and output gate; remembers h and c. */
    LSTM(4, 2),
    /** Reset, update and new gate; remembers h. */
    GRU(3, 1);

    private final int gates;
    private final int states;

    Kind(int gates, int states) {
      this.gates = gates;
      this.states = states;
    }
  }

  /** No recurrent layers. */
  public static final Recurrence NONE = new Recurrence(Kind.NONE, 0, 0);

  public Recurrence {
    boolean isNone = kind == Kind.NONE;
    if (isNone != (units == 0) || isNone != (layers == 0) || units < 0 || layers < 0) {
      throw new IllegalArgumentException(
          "recurrent layers need at least one unit and one layer, but got %s with %d units and %d layers"
              .formatted(kind, units, layers));
    }
  }

  /** Returns whether there are recurrent layers. */
  @JsonIgnore
  public boolean isPresent() {
    return kind != Kind.NONE;
  }

  /** Returns the name of the hyperparameter that is the number of units, if there are any. */
  public Optional<String> hyperparameter() {
    return isPresent() ? Optional.of(kind.name().toLowerCase(Locale.ROOT)) : Optional.empty();
  }

  /** Returns the numbers that the gates of a layer give, before they are combined. */
  long gates() {
    return (long) kind.gates * units;
  }

  /** Returns the numbers that the layers of one network remember of a sequence. */
  public int stateSize() {
    return Sizes.requireArray(
        (long) kind.states * units * layers, "the state of recurrent layers", "use fewer units");
  }

  /** Returns the number of inputs of the heads, if the hidden layers give {@code below} numbers. */
  int outputs(int below) {
    return isPresent() ? units : below;
  }

  /** Returns the number of parameters, if the hidden layers give {@code below} numbers. */
  long parameters(long below) {
    long total = 0;
    long in = below;
    for (int i = 0; i < layers; i++) {
      total = Sizes.sum(total, Sizes.product(in, gates()), Sizes.product(units, gates()));
      total = Sizes.sum(total, Sizes.product(2, gates()));
      in = units;
    }
    return total;
  }
}
