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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import org.jspecify.annotations.Nullable;

/** Writes generated classes, and provides everything that all writers need. */
public final class SourceFiles {

  private static final ClassName GENERATED =
      ClassName.get("javax.annotation.processing", "Generated");

  private static final Pattern IMPORT = Pattern.compile("(?m)^import ([^;]+);$");

  private static final Pattern SIMPLE_NAME = Pattern.compile("\\b\\p{Lu}[\\p{L}\\w$]*");

  private final ClassName processor;
  private final Filer filer;
  private final Elements elements;

  /**
   * A cache of whether the class of a name is deprecated, because the same names occur in most
   * files.
   */
  private final Map<String, Boolean> deprecated = new HashMap<>();

  /** Creates a writer of a compilation's files, on behalf of this processor. */
  public SourceFiles(ClassName processor, ProcessingEnvironment environment) {
    this.processor = processor;
    this.filer = environment.getFiler();
    this.elements = environment.getElementUtils();
  }

  /** The annotation {@code @Generated} with the name of the processor, and nothing that changes. */
  AnnotationSpec generated() {
    return AnnotationSpec.builder(GENERATED).addMember("value", "$S", processor).build();
  }

  /** A duration in the largest exact unit: {@code Duration.ofMinutes(5)}. */
  static CodeBlock duration(Duration duration) {
    if (duration.isZero()) {
      return CodeBlock.of("$T.ZERO", Duration.class);
    }
    long seconds = duration.getSeconds();
    int nanos = duration.getNano();
    if (nanos % 1_000_000 != 0 || (nanos != 0 && isBeyondMillis(seconds))) {
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

  /** Returns whether that many seconds have too many milliseconds for a long. */
  private static boolean isBeyondMillis(long seconds) {
    long most = Long.MAX_VALUE / 1_000 - 1;
    return seconds > most || seconds < -most;
  }

  /** A whole number as a literal. */
  static String number(long value) {
    return value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE
        ? Long.toString(value)
        : value + "L";
  }

  /** Writes a class, which is made from these sources, to its file. */
  void write(String packageName, TypeSpec.Builder builder, List<? extends Element> sources) {
    TypeSpec type = builder.build();
    String name = packageName.isEmpty() ? type.name() : packageName + "." + type.name();
    String text = text(packageName, type);
    String[] hidden = hidden(packageName, text);
    boolean usesDeprecated =
        usesDeprecated(packageName, text, elements.getModuleOf(sources.get(0)));
    if (hidden.length > 0 || usesDeprecated) {
      TypeSpec.Builder again = type.toBuilder().alwaysQualify(hidden);
      if (usesDeprecated) {
        again.addAnnotation(
            AnnotationSpec.builder(SuppressWarnings.class)
                .addMember("value", "{$S, $S}", "deprecation", "removal")
                .build());
      }
      text = text(packageName, again.build());
    }
    try (Writer writer =
        filer.createSourceFile(name, sources.toArray(new Element[0])).openWriter()) {
      writer.write(Layout.tidy(text));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + name, e);
    }
  }

  private static String text(String packageName, TypeSpec type) {
    return JavaFile.builder(packageName, type)
        .skipJavaLangImports(true)
        .indent("  ")
        .build()
        .toString();
  }

  /**
   * Returns whether a source names one of the user's classes that is deprecated, or has deprecated
   * members.
   */
  private boolean usesDeprecated(String packageName, String text, @Nullable ModuleElement module) {
    Stream<String> imported = IMPORT.matcher(text).results().map(result -> result.group(1));
    Stream<String> own =
        SIMPLE_NAME
            .matcher(text)
            .results()
            .map(
                result ->
                    packageName.isEmpty() ? result.group() : packageName + "." + result.group());
    return Stream.concat(imported, own)
        .distinct()
        .filter(name -> !name.startsWith("java.") && !name.startsWith("dev.tenon.jobs."))
        .anyMatch(
            name -> deprecated.computeIfAbsent(name, unknown -> isDeprecated(unknown, module)));
  }

  private boolean isDeprecated(String name, @Nullable ModuleElement module) {
    // Without a module, javac searches all modules for a class that does not exist
    TypeElement element =
        module == null ? elements.getTypeElement(name) : elements.getTypeElement(module, name);
    return element != null && hasDeprecated(element);
  }

  private boolean hasDeprecated(Element element) {
    return elements.isDeprecated(element)
        || (element instanceof TypeElement
            && element.getEnclosedElements().stream().anyMatch(this::hasDeprecated));
  }

  /**
   * The classes of {@code java.lang} in a source whose simple names mean classes of the source's
   * own package, such as the user's own {@code String}.
   */
  private String[] hidden(String packageName, String text) {
    return SIMPLE_NAME
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .distinct()
        .filter(
            name -> isInJavaLang(name) && elements.getTypeElement(packageName + "." + name) != null)
        .toArray(String[]::new);
  }

  /**
   * Returns whether there is such a class in the compiler's own JDK: asking the compiler takes a
   * tenth of a compilation.
   */
  private static boolean isInJavaLang(String name) {
    return Class.forName(Object.class.getModule(), "java.lang." + name) != null;
  }
}
