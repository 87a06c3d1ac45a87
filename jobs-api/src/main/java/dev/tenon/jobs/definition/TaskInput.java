package dev.tenon.jobs.definition;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The function that makes the payload of a workflow's task from the results of earlier tasks. The
 * annotation processor writes a constant for each method with {@link
 * dev.tenon.jobs.annotation.FromResults}. Immutable and thread-safe.
 *
 * @param <P> the payload record
 */
public abstract sealed class TaskInput<P> {

  private final String name;
  private final Maker<P> maker;
  private final @Nullable P draft;

  private TaskInput(String name, Maker<P> maker, @Nullable P draft) {
    this.name = Objects.requireNonNull(name, "name");
    this.maker = Objects.requireNonNull(maker, "maker");
    this.draft = draft;
  }

  /** The name of the method. Workflows store the input by that name. */
  public String name() {
    return name;
  }

  /** The draft: what was known when the workflow was submitted; empty if the method takes none. */
  public Optional<P> draft() {
    return Optional.ofNullable(draft);
  }

  /**
   * Returns true if the task has one job for each payload that the method makes, and false if it
   * has one job or none.
   */
  public boolean isForEach() {
    return this instanceof EachFrom;
  }

  /**
   * Makes the payloads.
   *
   * @param draft what was known when the workflow was submitted; null if the method takes no draft
   * @param results the results of the earlier tasks, in their order; a list for a task with many
   *     jobs
   * @return one payload, or none if the task is not needed; for {@link #isForEach()}, one for each
   *     job
   */
  public List<P> payloads(@Nullable P draft, List<?> results) {
    return maker.payloads(draft, results);
  }

  /** Makes payloads from results; the code that creates it knows their types. */
  private interface Maker<P> {
    List<P> payloads(@Nullable P draft, List<?> results);
  }

  // The workflow was built with tasks that have these results
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T> T result(List<?> results, int index) {
    return (T) results.get(index);
  }

  @SuppressWarnings("NullAway") // an input that takes a draft is stored with one
  private static <P> P required(@Nullable P draft) {
    return Objects.requireNonNull(draft, "draft");
  }

  /** An input from the result of one task. */
  @SuppressWarnings("UnusedTypeParameter") // the tasks of a workflow are compared with it
  public static final class From1<A, P> extends TaskInput<P> {
    private From1(String name, Maker<P> maker, @Nullable P draft) {
      super(name, maker, draft);
    }
  }

  /** An input from the results of two tasks. */
  @SuppressWarnings("UnusedTypeParameter") // the tasks of a workflow are compared with it
  public static final class From2<A, B, P> extends TaskInput<P> {
    private From2(String name, Maker<P> maker, @Nullable P draft) {
      super(name, maker, draft);
    }
  }

  /** An input from the results of three tasks. */
  @SuppressWarnings("UnusedTypeParameter") // the tasks of a workflow are compared with it
  public static final class From3<A, B, C, P> extends TaskInput<P> {
    private From3(String name, Maker<P> maker, @Nullable P draft) {
      super(name, maker, draft);
    }
  }

  /** An input from the result of one task that makes any number of payloads. */
  @SuppressWarnings("UnusedTypeParameter") // the tasks of a workflow are compared with it
  public static final class EachFrom<A, P> extends TaskInput<P> {
    private EachFrom(String name, Maker<P> maker, @Nullable P draft) {
      super(name, maker, draft);
    }
  }

  /**
   * An input without its draft, which is known when the workflow is submitted.
   *
   * @param <P> the payload record
   * @param <I> the kind of the input
   */
  public static final class Draft<P, I extends TaskInput<P>> {

    private final Function<@Nullable P, I> input;

    private Draft(Function<@Nullable P, I> input) {
      this.input = input;
    }

    /** The input with this draft. */
    public I with(P draft) {
      return input.apply(Objects.requireNonNull(draft, "draft"));
    }

    /**
     * The input without a draft, for definitions; the draft is then passed to {@link #payloads}.
     */
    public I withoutDraft() {
      return input.apply(null);
    }
  }

  /** A function of three values. */
  @FunctionalInterface
  public interface Function3<A, B, C, T> {
    /** The value of the function. */
    T apply(A a, B b, C c);
  }

  /** A function of four values. */
  @FunctionalInterface
  public interface Function4<A, B, C, D, T> {
    /** The value of the function. */
    T apply(A a, B b, C c, D d);
  }

  /**
   * An input from one result. Called by generated code, as are the others.
   *
   * @param name the name of the method
   * @param method returns a list with the payload, or an empty list if the task is not needed
   */
  public static <A, P> From1<A, P> from1(String name, Function<A, List<P>> method) {
    return new From1<>(name, (draft, r) -> method.apply(result(r, 0)), null);
  }

  /** An input from two results. */
  public static <A, B, P> From2<A, B, P> from2(String name, BiFunction<A, B, List<P>> method) {
    return new From2<>(name, (draft, r) -> method.apply(result(r, 0), result(r, 1)), null);
  }

  /** An input from three results. */
  public static <A, B, C, P> From3<A, B, C, P> from3(
      String name, Function3<A, B, C, List<P>> method) {
    return new From3<>(
        name, (draft, r) -> method.apply(result(r, 0), result(r, 1), result(r, 2)), null);
  }

  /** An input from one result that makes the payloads of many jobs. */
  public static <A, P> EachFrom<A, P> eachFrom(String name, Function<A, List<P>> method) {
    return new EachFrom<>(name, (draft, r) -> method.apply(result(r, 0)), null);
  }

  /** An input from a draft and one result. */
  public static <A, P> Draft<P, From1<A, P>> draftFrom1(
      String name, BiFunction<P, A, List<P>> method) {
    Maker<P> maker = (draft, r) -> method.apply(required(draft), result(r, 0));
    return new Draft<>(draft -> new From1<>(name, maker, draft));
  }

  /** An input from a draft and two results. */
  public static <A, B, P> Draft<P, From2<A, B, P>> draftFrom2(
      String name, Function3<P, A, B, List<P>> method) {
    Maker<P> maker = (draft, r) -> method.apply(required(draft), result(r, 0), result(r, 1));
    return new Draft<>(draft -> new From2<>(name, maker, draft));
  }

  /** An input from a draft and three results. */
  public static <A, B, C, P> Draft<P, From3<A, B, C, P>> draftFrom3(
      String name, Function4<P, A, B, C, List<P>> method) {
    Maker<P> maker =
        (draft, r) -> method.apply(required(draft), result(r, 0), result(r, 1), result(r, 2));
    return new Draft<>(draft -> new From3<>(name, maker, draft));
  }

  /** An input from a draft and one result that makes the payloads of many jobs. */
  public static <A, P> Draft<P, EachFrom<A, P>> draftEachFrom(
      String name, BiFunction<P, A, List<P>> method) {
    Maker<P> maker = (draft, r) -> method.apply(required(draft), result(r, 0));
    return new Draft<>(draft -> new EachFrom<>(name, maker, draft));
  }
}
