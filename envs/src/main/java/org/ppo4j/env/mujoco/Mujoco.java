package org.ppo4j.env.mujoco;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;

/**
 * The functions of libmujoco that this package calls, most of them from the batch interface {@code
 * mjbatch.h}. That interface provides states and fields by name, so this class does not depend on
 * offsets into MuJoCo's structures, which change with every release.
 *
 * <p>A method has the name and the arguments of its function. It does not check them: an invalid
 * argument ends the process. The library is loaded once and never unloaded.
 */
final class Mujoco {
  private static final int ERROR_LENGTH = 1000;

  /** mjOBJ_BODY of mjtObj. */
  private static final int BODY = 1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle TO_INT = downcall(FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle TO_ADDRESS = downcall(FunctionDescriptor.of(ADDRESS));
  private static final MethodHandle ADDRESS_TO_VOID = downcall(FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle ADDRESS_TO_INT =
      downcall(FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle ADDRESS_TO_ADDRESS =
      downcall(FunctionDescriptor.of(ADDRESS, ADDRESS));
  private static final MethodHandle LOAD_XML =
      downcall(FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle MAKE_BATCH =
      downcall(FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle STATE_COMPONENT =
      downcall(FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, ADDRESS));
  private static final MethodHandle EXPAND =
      downcall(FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle STEP =
      downcall(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle FORWARD =
      downcall(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle APPLY =
      downcall(
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle OUTPUT =
      downcall(FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle NAME_TO_ID =
      downcall(FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
  private static final MethodHandle RESET =
      downcall(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle ERROR =
      downcall(FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));

  private static final MethodHandle WARNING_TEXT =
      downcall(FunctionDescriptor.of(ADDRESS, JAVA_INT, JAVA_LONG));

  private static @Nullable Mujoco loaded;

  private final SymbolLookup symbols;
  private final MemorySegment deleteBatch;
  private final MemorySegment step;
  private final MemorySegment forward;
  private final MemorySegment reset;
  private final MemorySegment apply;
  private final MemorySegment postConstraint;

  private Mujoco(SymbolLookup symbols) {
    this.symbols = symbols;
    deleteBatch = symbol("mjb_deleteBatch");
    step = symbol("mjb_step");
    forward = symbol("mjb_forward");
    reset = symbol("mjb_reset");
    apply = symbol("mjb_apply");
    postConstraint = symbol("mj_rnePostConstraint");
  }

  /**
   * Returns the library, which the first call loads from {@code file}.
   *
   * @throws EnvException if it cannot be loaded or has another version than this class needs
   */
  static synchronized Mujoco load(Path file) {
    if (loaded == null) {
      SymbolLookup symbols;
      try {
        symbols = SymbolLookup.libraryLookup(file, Arena.global());
      } catch (IllegalArgumentException e) {
        throw new EnvException(
            "%s cannot be loaded: expected MuJoCo %s for this system (%s); delete the folder of that file to download it again"
                .formatted(file, PinnedVersions.MUJOCO, e.getMessage()),
            e);
      }
      loaded = open(symbols, file);
    }
    return loaded;
  }

  private static Mujoco open(SymbolLookup symbols, Path file) {
    try {
      int version = (int) TO_INT.invokeExact(symbols.findOrThrow("mj_version"));
      MemorySegment text =
          (MemorySegment) TO_ADDRESS.invokeExact(symbols.findOrThrow("mj_versionString"));
      requireVersion(version, string(text), file);
      Mujoco library = new Mujoco(symbols);
      library.captureLog();
      return library;
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Rejects a library of another version, whose functions and structures may differ. */
  static void requireVersion(int version, String text, Path file) {
    if (version != number(PinnedVersions.MUJOCO)) {
      throw new EnvException(
          "%s is MuJoCo %s, but the native environments need MuJoCo %s: replace the file, or unset %s to download that version"
              .formatted(file, text, PinnedVersions.MUJOCO, MujocoHome.VARIABLE));
    }
  }

  /** Returns what mj_version() is of a release: 3_016_000 for 3.16.0. */
  private static int number(String release) {
    int number = 0;
    for (String part : release.split("\\.", -1)) {
      number = 1000 * number + Integer.parseInt(part);
    }
    return number;
  }

  private void captureLog() throws Throwable {
    MemorySegment handler =
        LINKER.upcallStub(
            MethodHandles.lookup()
                .findStatic(
                    MujocoLog.class,
                    "message",
                    MethodType.methodType(void.class, MemorySegment.class)),
            FunctionDescriptor.ofVoid(ADDRESS),
            Arena.global());
    MemorySegment _ =
        (MemorySegment) ADDRESS_TO_ADDRESS.invokeExact(symbol("mju_setLogHandler"), handler);
  }

  /**
   * Creates a batch of {@code simulations} of the model in {@code file}. The caller has to delete
   * it.
   *
   * @param threads the number of threads that step it, including the caller's
   * @param persistent whether each simulation, rather than each thread, has its own mjData
   * @throws EnvException if the model cannot be read or batched
   */
  MemorySegment makeBatch(Path file, int simulations, int threads, boolean persistent) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment error = arena.allocate(ERROR_LENGTH);
      MemorySegment model = load(file, error, arena);
      try {
        MemorySegment config = arena.allocate(2 * JAVA_INT.byteSize());
        config.set(JAVA_INT, 0, threads);
        config.set(JAVA_BOOLEAN, JAVA_INT.byteSize(), persistent);
        MemorySegment batch =
            (MemorySegment)
                MAKE_BATCH.invokeExact(
                    symbol("mjb_makeBatch"), model, simulations, config, error, ERROR_LENGTH);
        if (batch.equals(MemorySegment.NULL)) {
          throw new EnvException("MuJoCo cannot run %s: %s".formatted(file, error.getString(0)));
        }
        return batch;
      } finally {
        ADDRESS_TO_VOID.invokeExact(symbol("mj_deleteModel"), model);
      }
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /**
   * Loads one model at a time, since MuJoCo's compiler keeps the last model in a global variable.
   */
  private synchronized MemorySegment load(Path file, MemorySegment error, Arena arena)
      throws Throwable {
    MemorySegment model =
        (MemorySegment)
            LOAD_XML.invokeExact(
                symbol("mj_loadXML"),
                arena.allocateFrom(file.toString()),
                MemorySegment.NULL,
                error,
                ERROR_LENGTH);
    if (model.equals(MemorySegment.NULL)) {
      throw new EnvException(
          "MuJoCo cannot read the model %s: %s".formatted(file, error.getString(0)));
    }
    return model;
  }

  /** Deletes a batch, once. */
  void deleteBatch(MemorySegment batch) {
    try {
      ADDRESS_TO_VOID.invokeExact(deleteBatch, batch);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Returns the number of values in a state. */
  int stateSize(MemorySegment batch) {
    try {
      return (int) ADDRESS_TO_INT.invokeExact(symbol("mjb_nstate"), batch);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Returns the address of all states. */
  MemorySegment states(MemorySegment batch) {
    return address("mjb_state", batch);
  }

  /** Returns the address of the status of each simulation's last call, an int; 0 is success. */
  MemorySegment statuses(MemorySegment batch) {
    return address("mjb_status", batch);
  }

  /** Returns the address of all simulations' warning counters, mjWarningStat. */
  MemorySegment warnings(MemorySegment batch) {
    return address("mjb_warning", batch);
  }

  /** Returns the text of the warning {@code kind}, an mjtWarning. */
  String warningText(int kind, int info) {
    try {
      return string(
          (MemorySegment) WARNING_TEXT.invokeExact(symbol("mju_warningText"), kind, (long) info));
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private MemorySegment address(String function, MemorySegment batch) {
    try {
      return (MemorySegment) ADDRESS_TO_ADDRESS.invokeExact(symbol(function), batch);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Returns the component {@code bit} of the first state, with its length. */
  MemorySegment component(MemorySegment batch, int bit) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(JAVA_INT);
      MemorySegment first =
          (MemorySegment)
              STATE_COMPONENT.invokeExact(symbol("mjb_stateComponent"), batch, bit, size);
      return first.reinterpret(size.get(JAVA_INT, 0) * (long) Double.BYTES);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Returns the model field {@code name} of the first simulation, as doubles. */
  MemorySegment modelField(MemorySegment batch, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(JAVA_INT);
      MemorySegment first =
          (MemorySegment)
              EXPAND.invokeExact(
                  symbol("mjb_expand"), batch, arena.allocateFrom(name), size, MemorySegment.NULL);
      return first.reinterpret(size.get(JAVA_INT, 0) * (long) Double.BYTES);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Returns the mjData field {@code name} of all simulations, as doubles, {@code [N, size]}. */
  MemorySegment output(MemorySegment batch, String name, int simulations) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(JAVA_INT);
      MemorySegment all =
          (MemorySegment)
              OUTPUT.invokeExact(
                  symbol("mjb_output"), batch, arena.allocateFrom(name), size, MemorySegment.NULL);
      return all.reinterpret((long) simulations * size.get(JAVA_INT, 0) * Double.BYTES);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Returns the number of the model's body {@code name}, or -1 if there is none. */
  int body(MemorySegment batch, String name) {
    MemorySegment model = address("mjb_model", batch);
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          NAME_TO_ID.invokeExact(symbol("mj_name2id"), model, BODY, arena.allocateFrom(name));
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Resets simulations to the model's initial state; returns the number that failed. */
  int reset(MemorySegment batch, MemorySegment ids, int count) {
    try {
      return (int) RESET.invokeExact(reset, batch, ids, count, MemorySegment.NULL, 0);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Takes {@code steps} steps, without further stages; returns the number that failed. */
  int step(MemorySegment batch, MemorySegment ids, int count, int steps) {
    try {
      return (int) STEP.invokeExact(step, batch, ids, count, steps, 0);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Computes the stages up to {@code stage}; returns the number that failed. */
  int forward(MemorySegment batch, MemorySegment ids, int count, int stage) {
    try {
      return (int) FORWARD.invokeExact(forward, batch, ids, count, stage);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /**
   * Computes the contact forces on bodies, {@code cfrc_ext}, from the mjData that the last step of
   * a persistent batch left, as Gymnasium does; returns the number of simulations that failed. It
   * does not refresh outputs.
   *
   * <p>The applied function is MuJoCo's own and takes two arguments, whereas the batch passes four.
   * The calling conventions of all systems that MuJoCo is built for (System V, AAPCS64, Microsoft's
   * x64) pass the first four arguments in registers, and a function ignores registers beyond its
   * own arguments. An upcall to Java is not an alternative, since the jump by which a batch traps
   * errors would skip the Java frames.
   */
  int postConstraint(MemorySegment batch, MemorySegment ids, int count) {
    try {
      return (int)
          APPLY.invokeExact(apply, batch, ids, count, postConstraint, MemorySegment.NULL, 0);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Returns the reason why the last call failed for {@code simulation}. */
  String error(MemorySegment batch, int simulation) {
    try {
      return string((MemorySegment) ERROR.invokeExact(symbol("mjb_error"), batch, simulation));
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private MemorySegment symbol(String name) {
    return symbols.findOrThrow(name);
  }

  private static MethodHandle downcall(FunctionDescriptor function) {
    return LINKER.downcallHandle(function);
  }

  private static String string(MemorySegment address) {
    return address.reinterpret(ERROR_LENGTH).getString(0);
  }

  private static RuntimeException failure(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException exception ? exception : new IllegalStateException(e);
  }
}
