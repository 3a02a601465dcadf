package org.ppo4j.agent.network;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/**
 * The fast engine for images: convolutions and MLPs on {@link Kernels}. Each call is split into two
 * halves of its rows, on one thread or on two, and the gradients are the sum of those of the
 * halves, so the bytes do not depend on the number of threads. Allocates only when a call has more
 * rows than all before.
 */
public final class ImageActorCritic implements AuxiliaryValueHead {
  private final NetworkSpec spec;
  private final TwoThreads duo;
  private final float[] parameters;
  private final float[] gradients;
  private final float[] secondGradients;
  private final ImageHalf first;
  private final ImageHalf second;
  private volatile boolean closed;

  // The two tasks of each call, and what they do with their half.
  private final Runnable firstTask = this::runFirst;
  private final Runnable secondTask = this::runSecond;
  private final IntConsumer updating = this::update;
  private final IntConsumer loading = this::load;
  private final IntConsumer forwarding = this::forward;
  private final IntConsumer differentiating = this::backward;
  private final IntConsumer adding = this::add;
  private IntConsumer task = loading;
  private ParameterUpdate update = (from, to) -> {};
  private byte[] images = {};
  private float[] inputs = {};
  private float @Nullable [] policyArgument;
  private float @Nullable [] auxiliaryArgument;
  private float @Nullable [] valueArgument;

  /** Creates networks whose parameters are all zero, run on up to {@code threads} threads. */
  public ImageActorCritic(NetworkSpec spec, int threads) {
    this(spec, threads, Kernels.best());
  }

  ImageActorCritic(NetworkSpec spec, int threads, Kernels kernels) {
    this.spec = spec;
    duo = TwoThreads.of(threads);
    parameters = new float[spec.parameterCount()];
    gradients = new float[spec.parameterCount()];
    secondGradients = new float[spec.parameterCount()];
    first = new ImageHalf(spec, null, gradients, kernels);
    second = new ImageHalf(spec, first, secondGradients, kernels);
  }

  @Override
  public NetworkSpec shape() {
    return spec;
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public void parametersChanged() {
    both(loading);
  }

  @Override
  public void updateParameters(ParameterUpdate update) {
    this.update = update;
    both(updating);
    parametersChanged();
  }

  private void both(IntConsumer next) {
    task = next;
    duo.both(firstTask, secondTask);
  }

  private void runFirst() {
    task.accept(0);
  }

  private void runSecond() {
    task.accept(1);
  }

  private void update(int half) {
    int middle = parameters.length / 2;
    update.apply(half == 0 ? 0 : middle, half == 0 ? middle : parameters.length);
  }

  private void load(int half) {
    half(half).loadConvolutions(parameters);
    first.loadDense(parameters, half, 2);
  }

  private ImageHalf half(int half) {
    return half == 0 ? first : second;
  }

  @Override
  public float[] gradients() {
    return gradients;
  }

  @Override
  public void images(byte[] images) {
    this.images = images;
  }

  @Override
  public void forward(float[] inputs, int rows, float[] policyOutputs, float[] values) {
    run(inputs, rows, policyOutputs, null, values);
  }

  @Override
  public void policy(float[] inputs, int rows, float[] policyOutputs) {
    run(inputs, rows, policyOutputs, null, null);
  }

  @Override
  public void values(float[] inputs, int rows, float[] values) {
    run(inputs, rows, null, null, values);
  }

  private void run(
      float[] inputs,
      int rows,
      float @Nullable [] policyOutputs,
      float @Nullable [] auxiliaryValues,
      float @Nullable [] values) {
    this.inputs = inputs;
    policyArgument = policyOutputs;
    auxiliaryArgument = auxiliaryValues;
    valueArgument = values;
    int middle = (rows + 1) / 2;
    first.rows(0, middle);
    second.rows(middle, rows - middle);
    both(forwarding);
  }

  private void forward(int half) {
    half(half).forward(inputs, images, policyArgument, auxiliaryArgument, valueArgument);
  }

  @Override
  public void backward(float[] inputs, int rows, float[] policyGradients, float[] valueGradients) {
    differentiate(inputs, policyGradients, null, valueGradients);
  }

  @Override
  public void auxiliaryForward(
      float[] inputs, int rows, float[] policyOutputs, float[] auxiliaryValues, float[] values) {
    spec.requireAuxiliaryHead();
    run(inputs, rows, policyOutputs, auxiliaryValues, values);
  }

  @Override
  public void auxiliaryBackward(
      float[] inputs,
      int rows,
      float[] policyGradients,
      float[] auxiliaryGradients,
      float[] valueGradients) {
    spec.requireAuxiliaryHead();
    differentiate(inputs, policyGradients, auxiliaryGradients, valueGradients);
  }

  private void differentiate(
      float[] inputs,
      float[] policyGradients,
      float @Nullable [] auxiliaryGradients,
      float[] valueGradients) {
    this.inputs = inputs;
    policyArgument = policyGradients;
    auxiliaryArgument = auxiliaryGradients;
    valueArgument = valueGradients;
    both(differentiating);
    if (second.hasRows()) {
      both(adding);
    }
  }

  private void backward(int half) {
    if (policyArgument != null && valueArgument != null) {
      half(half).backward(inputs, images, policyArgument, auxiliaryArgument, valueArgument);
    }
  }

  /** Adds the second half's gradients, which are 0 for log standard deviations. */
  private void add(int part) {
    int middle = parameters.length / 2;
    int to = part == 0 ? middle : parameters.length;
    for (int i = part == 0 ? 0 : middle; i < to; i++) {
      gradients[i] += secondGradients[i];
    }
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  /** Stops the second thread. */
  @Override
  public void close() {
    closed = true;
    duo.close();
  }
}
