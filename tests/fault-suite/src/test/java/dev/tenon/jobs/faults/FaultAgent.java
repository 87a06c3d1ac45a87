package dev.tenon.jobs.faults;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.tenon.jobs.internal.broker.Delivery;
import dev.tenon.jobs.internal.broker.PointerConsumer;
import dev.tenon.jobs.internal.store.StepStore;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Writes crash points and breakages into the runtime of the JVM that it is an agent of. Its own jar
 * has nothing but a manifest; the classes come from the class path.
 */
public final class FaultAgent {

  /** Such as {@code AFTER_CLAIM:3}: dies when that is passed for the third time. */
  static final String CRASH = "faults.crash";

  /** A {@link Crash.Way} to do it, if the process is not to end. */
  static final String WAY = "faults.way";

  /** A {@link BrokenVariant}. */
  static final String VARIANT = "faults.variant";

  private FaultAgent() {}

  /** The option of a JVM that has this agent. */
  static String option() {
    return "-javaagent:" + Jar.PATH;
  }

  /** Called by the JVM. */
  public static void premain(String arguments, Instrumentation instrumentation) {
    String crash = System.getProperty(CRASH);
    if (crash != null) {
      String[] parts = crash.split(":", 2);
      CrashPoint point = CrashPoint.valueOf(parts[0]);
      Crash.arm(
          Integer.parseInt(parts[1]), Crash.Way.valueOf(System.getProperty(WAY, "END_PROCESS")));
      write(
          instrumentation,
          point.className(),
          Advice.to(point.edge() == CrashPoint.Edge.BEGINNING ? AtBeginning.class : AtEnd.class)
              .on(methodOf(point)));
    }
    String variant = System.getProperty(VARIANT);
    if (variant != null) {
      apply(BrokenVariant.valueOf(variant), instrumentation);
    }
  }

  private static void apply(BrokenVariant variant, Instrumentation instrumentation) {
    switch (variant) {
      case RELAY_OFF ->
          write(
              instrumentation,
              "dev.tenon.jobs.internal.maintenance.Relay",
              Advice.to(Skipped.class).on(named("run")));
      case ACK_BEFORE_CLAIM ->
          write(
              instrumentation,
              PointerConsumer.class.getName(),
              Advice.to(AcknowledgedWhenTaken.class).on(named("take")));
      case COMMIT_BEFORE_RECORD ->
          write(
              instrumentation,
              StepStore.class.getName(),
              Advice.to(CommittedBefore.class)
                  .on(named("record").and(takesArgument(0, Connection.class))));
    }
  }

  private static ElementMatcher.Junction<MethodDescription> methodOf(CrashPoint point) {
    List<String> types = point.parameterTypes();
    ElementMatcher.Junction<MethodDescription> matcher =
        named(point.method()).and(takesArguments(types.size()));
    for (int i = 0; i < types.size(); i++) {
      matcher = matcher.and(takesArgument(i, named(types.get(i))));
    }
    return matcher;
  }

  private static void write(
      Instrumentation instrumentation, String className, AsmVisitorWrapper... changes) {
    var unused =
        new AgentBuilder.Default()
            .disableClassFormatChanges()
            .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
            .with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly())
            .type(named(className))
            .transform(
                (builder, type, loader, module, domain) -> {
                  for (AsmVisitorWrapper change : changes) {
                    builder = builder.visit(change);
                  }
                  return builder;
                })
            .installOn(instrumentation);
  }

  /** The jar is made once, and deleted with the JVM that made it. */
  private static final class Jar {

    static final Path PATH = make();

    private static Path make() {
      Manifest manifest = new Manifest();
      manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
      manifest.getMainAttributes().putValue("Premain-Class", FaultAgent.class.getName());
      manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
      try {
        Path path = Files.createTempFile("tenon-faults-", ".jar");
        path.toFile().deleteOnExit();
        try (OutputStream file = Files.newOutputStream(path);
            JarOutputStream jar = new JarOutputStream(file, manifest)) {
          jar.finish();
        }
        return path;
      } catch (IOException e) {
        throw new IllegalStateException("The jar of the agent cannot be made", e);
      }
    }
  }

  // What follows is copied into the methods of the runtime

  private static final class AtBeginning {
    @Advice.OnMethodEnter
    static void enter() {
      Crash.pass();
    }
  }

  private static final class AtEnd {
    @Advice.OnMethodExit
    static void exit() {
      Crash.pass();
    }
  }

  private static final class Skipped {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter() {
      return true;
    }
  }

  private static final class CommittedBefore {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(0) Connection connection) {
      Breakage.commit(connection);
    }
  }

  private static final class AcknowledgedWhenTaken {
    @Advice.OnMethodExit
    static void exit(
        @Advice.This PointerConsumer consumer, @Advice.Return List<Delivery.Pointer> taken) {
      Breakage.acknowledge(consumer, taken);
    }
  }
}
