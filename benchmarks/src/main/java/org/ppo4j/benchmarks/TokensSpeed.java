package org.ppo4j.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.update.Optimizer;
import org.ppo4j.agent.update.OptimizerConfig;
import org.ppo4j.tokens.model.Decoder;
import org.ppo4j.tokens.model.Initialization;
import org.ppo4j.tokens.model.ModelConfig;
import org.ppo4j.tokens.model.Sequences;
import org.ppo4j.tokens.model.TokenLogProbabilities;
import org.ppo4j.tokens.model.Transformer;

/**
 * The time of a training step and of generation by a transformer of 10 million parameters, in
 * seconds; {@code tokens_speed.py} compares them with PyTorch's.
 */
public final class TokensSpeed {
  private static final int VOCABULARY = 512;
  private static final int CONTEXT = 128;
  private static final int BATCH = 8;
  private static final int PROMPT = 16;
  private static final int WARMUPS = 3;

  private final Transformer model;
  private final Random random = new Random(1);

  private TokensSpeed(int threads) {
    model = new Transformer(ModelConfig.gpt2(VOCABULARY, 384, 6, 6, CONTEXT, 0), threads);
    Initialization.draw(model, 1);
  }

  /** Prints "train SECONDS generate SECONDS", the medians of {@code args[1]} repetitions. */
  public static void main(String[] args) {
    TokensSpeed speed = new TokensSpeed(Integer.parseInt(args[0]));
    int repetitions = Integer.parseInt(args[1]);
    Optimizer optimizer =
        Optimizer.of(OptimizerConfig.of(Algorithm.PPO, false), speed.model.parameters().length);
    double train = median(repetitions, () -> speed.train(optimizer));
    double generate = median(repetitions, speed::generate);
    System.out.printf("train %.5f generate %.5f%n", train, generate);
    speed.model.close();
  }

  private static double median(int repetitions, Runnable work) {
    double[] seconds = new double[repetitions];
    for (int i = -WARMUPS; i < repetitions; i++) {
      long start = System.nanoTime();
      work.run();
      if (i >= 0) {
        seconds[i] = (System.nanoTime() - start) * 1e-9;
      }
    }
    Arrays.sort(seconds);
    return seconds[repetitions / 2];
  }

  private List<int[]> texts(int length) {
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      texts.add(random.ints(length, 1, VOCABULARY).toArray());
    }
    return texts;
  }

  /** Forward, cross entropy, backward, Adam. */
  private void train(Optimizer optimizer) {
    Sequences sequences = Sequences.of(texts(CONTEXT));
    int n = sequences.total();
    int[] rows = IntStream.range(0, n).toArray();
    int[] targets = random.ints(n, 1, VOCABULARY).toArray();
    float[] logits = new float[n * VOCABULARY];
    TokenLogProbabilities arithmetic = new TokenLogProbabilities(model);
    double[] logps = new double[n];
    model.forward(sequences);
    model.outputs(rows, n, logits);
    arithmetic.forward(n, logits, targets, 1, logps, null);
    Arrays.fill(logps, -1.0 / n);
    arithmetic.backward(n, logits, targets, 1, logps);
    model.backward(rows, n, logits);
    optimizer.begin(model.gradients(), 1e-4);
    model.learn(optimizer);
  }

  /** Continues prompts greedily until the context is full. */
  private void generate() {
    Decoder decoder = new Decoder(model, BATCH, CONTEXT);
    float[] logits = new float[BATCH * VOCABULARY];
    int[] slots = IntStream.range(0, BATCH).toArray();
    int[] tokens = new int[BATCH];
    decoder.start(texts(PROMPT), logits);
    for (int length = PROMPT; length < CONTEXT; length++) {
      for (int slot = 0; slot < BATCH; slot++) {
        int best = slot * VOCABULARY;
        for (int j = slot * VOCABULARY; j < (slot + 1) * VOCABULARY; j++) {
          best = logits[j] > logits[best] ? j : best;
        }
        tokens[slot] = best - slot * VOCABULARY;
      }
      decoder.step(BATCH, slots, tokens, logits);
    }
  }
}
