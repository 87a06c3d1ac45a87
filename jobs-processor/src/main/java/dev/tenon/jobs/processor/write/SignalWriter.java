package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.WritableSignal;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** Writes, for each signal, the class that holds its definition, validators and codecs. */
public final class SignalWriter {

  private final SourceFiles files;

  /** Creates a writer of these files. */
  public SignalWriter(SourceFiles files) {
    this.files = files;
  }

  /**
   * Writes the definition of a signal. If JSON cannot carry the record, which is reported, the
   * definition is null.
   *
   * @param source the record
   */
  public void write(WritableSignal writable, TypeElement source) {
    SignalDeclaration signal = writable.signal();
    ClassName generated = signal.definition();
    CodecWriter codecs = new CodecWriter(generated);
    ValidatorWriter validators = new ValidatorWriter(List.of());
    boolean isJson = writable.value().isJson();
    CodeBlock definition =
        isJson
            ? CodeBlock.of(
                "\n$>$>$T.of(\n$>$>$S,\n$L,\n$L)$<$<$<$<",
                RuntimeTypes.SIGNAL_DEFINITION,
                signal.signalName(),
                signal.version().value(),
                new ValueDefinitionWriter(generated, codecs, validators)
                    .expression(writable.value(), "validate", "signal"))
            : CodeBlock.of("null");
    TypeSpec.Builder type =
        TypeSpec.classBuilder(generated)
            .addJavadoc(
                """
                The signal {@code $L}, generated from {@link $T}. Send it with {@code $L()} of the \
                module's class.
                """,
                signal.signalName(),
                signal.record(),
                signal.accessor())
            .addAnnotation(files.generated())
            .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
            .addField(
                FieldSpec.builder(
                        ParameterizedTypeName.get(RuntimeTypes.SIGNAL_DEFINITION, signal.record()),
                        "DEFINITION",
                        Modifier.PUBLIC,
                        Modifier.STATIC,
                        Modifier.FINAL)
                    .addJavadoc("The definition of the signal.\n")
                    .initializer(definition)
                    .build())
            .addFields(validators.constants())
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build())
            .addMethods(validators.methods());
    if (isJson) {
      type.addType(codecs.type("signals"));
    }
    files.write(generated.packageName(), type, List.of(source));
  }
}
