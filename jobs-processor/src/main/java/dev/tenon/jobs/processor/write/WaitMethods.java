package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.lang.model.element.Modifier;

/** Writes the methods that wait, that make tokens, and that keep the cursor. */
final class WaitMethods {

  private static final String KEY_OF_SIGNAL =
      "@param key the key that the signal is sent with, which is also that of the record\n";

  private WaitMethods() {}

  /**
   * The methods of one wait or sleep.
   *
   * @param constant the constant with its definition
   */
  static List<MethodSpec> of(WaitDeclaration wait, String constant) {
    return wait.isSleep() ? sleep(wait, constant) : await(wait, constant);
  }

  private static List<MethodSpec> await(WaitDeclaration wait, String constant) {
    String name = "await" + wait.capitalisedName();
    TypeName returned = wait.returned();
    TypeName optional = ParameterizedTypeName.get(ClassName.get(Optional.class), returned);
    CodeBlock signals = signals(wait);
    List<MethodSpec> methods = new ArrayList<>();
    methods.add(
        method(name, returned)
            .addJavadoc("Waits for $L, however long it takes.\n\n@return the signal\n", signals)
            .addStatement("return executor.await($N, $S, null).orElseThrow()", constant, "")
            .build());
    methods.add(
        method(name, optional)
            .addJavadoc(
                """
                Waits for $L.

                @param timeout the maximum time to wait, from the first attempt that gets here
                @return the signal; empty if it did not arrive in time
                """,
                signals)
            .addParameter(Duration.class, "timeout")
            .addStatement("return executor.await($N, $S, timeout)", constant, "")
            .build());
    methods.add(
        method(name, returned)
            .addJavadoc(
                "Waits for $L with a key, however long it takes.\n\n"
                    + KEY_OF_SIGNAL
                    + "@return the signal\n",
                signals)
            .addParameter(String.class, "key")
            .addStatement("return executor.await($N, key, null).orElseThrow()", constant)
            .build());
    methods.add(
        method(name, optional)
            .addJavadoc(
                "Waits for $L with a key.\n\n"
                    + KEY_OF_SIGNAL
                    + """
                    @param timeout the maximum time to wait, from the first attempt that gets here
                    @return the signal; empty if it did not arrive in time
                    """,
                signals)
            .addParameter(String.class, "key")
            .addParameter(Duration.class, "timeout")
            .addStatement("return executor.await($N, key, timeout)", constant)
            .build());
    return methods;
  }

  /** The signals of a wait, for its Javadoc. */
  private static CodeBlock signals(WaitDeclaration wait) {
    List<CodeBlock> links =
        wait.signals().stream()
            .map(signal -> CodeBlock.of("{@link $T}", signal.value().recordName()))
            .toList();
    if (links.size() == 1) {
      return CodeBlock.of("the signal $L", links.get(0));
    }
    int last = links.size() - 1;
    return CodeBlock.of(
        "the first of the signals $L and $L",
        CodeBlock.join(links.subList(0, last), ", "),
        links.get(last));
  }

  private static List<MethodSpec> sleep(WaitDeclaration wait, String constant) {
    String name = "sleep" + wait.capitalisedName();
    return List.of(
        method(name, TypeName.VOID)
            .addJavadoc(
                """
                Sleeps, without a slot or a thread.

                @param duration the time from the first attempt that gets here
                """)
            .addParameter(Duration.class, "duration")
            .addStatement("executor.sleep($N, $S, duration)", constant, "")
            .build(),
        method(name, TypeName.VOID)
            .addJavadoc(
                """
                Sleeps in one round of a loop, without a slot or a thread.

                @param key the key of the record
                @param duration the time from the first attempt that gets here
                """)
            .addParameter(String.class, "key")
            .addParameter(Duration.class, "duration")
            .addStatement("executor.sleep($N, key, duration)", constant)
            .build());
  }

  /** The methods that make tokens, for each signal that the handler awaits, sorted by name. */
  static List<MethodSpec> tokens(WritableSteps steps) {
    Map<String, ClassName> signals = new TreeMap<>();
    for (WaitDeclaration wait : steps.waits()) {
      wait.signals()
          .forEach(
              signal ->
                  signals.put(
                      GeneratedNames.token(signal.value().recordName()),
                      signal.value().recordName()));
    }
    List<MethodSpec> methods = new ArrayList<>();
    signals.forEach(
        (name, signal) -> {
          ClassName definition = GeneratedNames.signal(signal);
          methods.add(
              method(name, ClassName.get(String.class))
                  .addJavadoc(
                      """
                      A token that allows somebody to send the signal {@link $T} to this job once, such \
                      as in a link of a mail. All attempts get the same.

                      @return a string of letters, digits, hyphens and underscores that cannot be \
                      guessed
                      """,
                      signal)
                  .addStatement("return executor.token($T.DEFINITION, $S)", definition, "")
                  .build());
          methods.add(
              method(name, ClassName.get(String.class))
                  .addJavadoc(
                      """
                      A token that allows somebody to send the signal {@link $T} with a key to this \
                      job once. All attempts get the same.

                      @param key the key of the wait that the signal ends
                      @return a string of letters, digits, hyphens and underscores that cannot be \
                      guessed
                      """,
                      signal)
                  .addParameter(String.class, "key")
                  .addStatement("return executor.token($T.DEFINITION, key)", definition)
                  .build());
        });
    return methods;
  }

  /**
   * The methods that read and save the cursor.
   *
   * @param constant the constant with its definition
   */
  static List<MethodSpec> cursor(StoredValue cursor, String constant) {
    return List.of(
        method("cursor", ParameterizedTypeName.get(ClassName.get(Optional.class), cursor.type()))
            .addJavadoc(
                """
                The cursor that was saved last, in this attempt or an earlier one.

                @return the cursor; empty if none was saved
                """)
            .addStatement("return executor.cursor($N)", constant)
            .build(),
        method("saveCursor", TypeName.VOID)
            .addJavadoc(
                """
                Saves the cursor soon, and at the latest when the attempt ends. If the worker is \
                shutting down, it does not return: another worker continues from this cursor.

                @param cursor the cursor
                """)
            .addParameter(cursor.type(), "cursor")
            .addStatement("executor.saveCursor($N, cursor)", constant)
            .build());
  }

  private static MethodSpec.Builder method(String name, TypeName returned) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PUBLIC).returns(returned);
  }
}
