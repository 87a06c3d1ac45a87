package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.WildcardTypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.SimpleAnnotationValueVisitor14;

/** Writes the values of attributes of annotations as expressions. */
final class Literals {

  /**
   * The characters that JavaPoet takes for the end of a line, even inside a string, and does not
   * escape.
   */
  private static final Pattern LINE_SEPARATOR = Pattern.compile("[\\u2028\\u2029]");

  private Literals() {}

  /** A string literal for one of the user's strings. */
  static CodeBlock string(String text) {
    List<CodeBlock> parts = new ArrayList<>();
    Matcher separator = LINE_SEPARATOR.matcher(text);
    int from = 0;
    while (separator.find()) {
      parts.add(CodeBlock.of("$S", text.substring(from, separator.start())));
      parts.add(CodeBlock.of("\"$L\"", escaped(text.charAt(separator.start()))));
      from = separator.end();
    }
    parts.add(CodeBlock.of("$S", text.substring(from)));
    return CodeBlock.join(parts, " + ");
  }

  /**
   * Returns an escape, in octal if possible: a line break as a unicode escape would break the line.
   */
  private static String escaped(char value) {
    return value <= 0xff ? "\\%03o".formatted((int) value) : "\\u%04x".formatted((int) value);
  }

  /**
   * An expression for a value.
   *
   * @param type the type of the attribute
   */
  static CodeBlock of(AnnotationValue value, TypeMirror type) {
    return value.accept(new Writer(type), null);
  }

  private static final class Writer extends SimpleAnnotationValueVisitor14<CodeBlock, Void> {
    private final TypeMirror type;

    Writer(TypeMirror type) {
      this.type = type;
    }

    @Override
    protected CodeBlock defaultAction(Object value, Void unused) {
      return CodeBlock.of("$L", value);
    }

    @Override
    public CodeBlock visitByte(byte value, Void unused) {
      return CodeBlock.of("(byte) $L", value);
    }

    @Override
    public CodeBlock visitShort(short value, Void unused) {
      return CodeBlock.of("(short) $L", value);
    }

    @Override
    public CodeBlock visitLong(long value, Void unused) {
      return CodeBlock.of("$LL", value);
    }

    @Override
    public CodeBlock visitChar(char value, Void unused) {
      String text =
          switch (value) {
            case '\'' -> "\\'";
            case '\\' -> "\\\\";
            default -> value >= ' ' && value <= '~' ? String.valueOf(value) : escaped(value);
          };
      return CodeBlock.of("'$L'", text);
    }

    @Override
    public CodeBlock visitFloat(float value, Void unused) {
      if (Float.isNaN(value)) {
        return CodeBlock.of("$T.NaN", Float.class);
      }
      return Float.isInfinite(value)
          ? CodeBlock.of("$T.$L_INFINITY", Float.class, value > 0 ? "POSITIVE" : "NEGATIVE")
          : CodeBlock.of("$Lf", value);
    }

    @Override
    public CodeBlock visitDouble(double value, Void unused) {
      if (Double.isNaN(value)) {
        return CodeBlock.of("$T.NaN", Double.class);
      }
      return Double.isInfinite(value)
          ? CodeBlock.of("$T.$L_INFINITY", Double.class, value > 0 ? "POSITIVE" : "NEGATIVE")
          : CodeBlock.of("$L", value);
    }

    @Override
    public CodeBlock visitString(String value, Void unused) {
      return string(value);
    }

    @Override
    public CodeBlock visitType(TypeMirror value, Void unused) {
      return CodeBlock.of("$T.class", TypeName.get(value));
    }

    @Override
    public CodeBlock visitEnumConstant(VariableElement value, Void unused) {
      return CodeBlock.of("$T.$L", TypeName.get(value.asType()), value.getSimpleName());
    }

    @Override
    public CodeBlock visitArray(List<? extends AnnotationValue> values, Void unused) {
      TypeMirror entry = type instanceof ArrayType array ? array.getComponentType() : type;
      CodeBlock entries =
          values.stream().map(value -> of(value, entry)).collect(CodeBlock.joining(",$W"));
      return CodeBlock.of("new $T[] {$L}", entryType(TypeName.get(entry)), entries);
    }

    /**
     * {@code Class<?>} in place of {@code Class<? extends Something>}, because there are no arrays
     * of it.
     */
    private static TypeName entryType(TypeName entry) {
      return entry instanceof ParameterizedTypeName generic
          ? ParameterizedTypeName.get(generic.rawType(), WildcardTypeName.subtypeOf(Object.class))
          : entry;
    }
  }
}
