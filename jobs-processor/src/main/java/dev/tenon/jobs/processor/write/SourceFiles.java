package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.TypeSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Duration;
import javax.annotation.processing.Filer;
import javax.lang.model.element.Element;

/** What all writers need. */
final class SourceFiles {

  private static final ClassName GENERATED =
      ClassName.get("javax.annotation.processing", "Generated");

  private SourceFiles() {}

  /** {@code @Generated} with the name of the processor, and nothing that changes. */
  static AnnotationSpec generatedBy(ClassName processor) {
    return AnnotationSpec.builder(GENERATED).addMember("value", "$S", processor).build();
  }

  /** A duration in the greatest unit that is exact: {@code Duration.ofMinutes(5)}. */
  static CodeBlock duration(Duration duration) {
    if (duration.isZero()) {
      return CodeBlock.of("$T.ZERO", Duration.class);
    }
    long seconds = duration.getSeconds();
    int nanos = duration.getNano();
    if (nanos % 1_000_000 != 0) {
      return CodeBlock.of("$T.ofSeconds($LL, $L)", Duration.class, seconds, nanos);
    }
    if (nanos != 0) {
      return CodeBlock.of("$T.ofMillis($L)", Duration.class, number(duration.toMillis()));
    }
    String unit;
    long amount;
    if (seconds % 86_400 == 0) {
      unit = "ofDays";
      amount = seconds / 86_400;
    } else if (seconds % 3_600 == 0) {
      unit = "ofHours";
      amount = seconds / 3_600;
    } else if (seconds % 60 == 0) {
      unit = "ofMinutes";
      amount = seconds / 60;
    } else {
      unit = "ofSeconds";
      amount = seconds;
    }
    return CodeBlock.of("$T.$L($L)", Duration.class, unit, number(amount));
  }

  /** A whole number as a literal. */
  static String number(long value) {
    return value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE
        ? Long.toString(value)
        : value + "L";
  }

  /** Writes a class into its file. */
  static void write(String packageName, TypeSpec type, Filer filer) {
    String name = packageName.isEmpty() ? type.name() : packageName + "." + type.name();
    String text =
        JavaFile.builder(packageName, type)
            .skipJavaLangImports(true)
            .indent("  ")
            .build()
            .toString();
    Element[] sources = type.originatingElements().toArray(new Element[0]);
    try (Writer writer = filer.createSourceFile(name, sources).openWriter()) {
      writer.write(Layout.tidy(text));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + name, e);
    }
  }
}
