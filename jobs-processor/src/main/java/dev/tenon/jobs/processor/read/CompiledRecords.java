package dev.tenon.jobs.processor.read;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import javax.annotation.processing.Filer;
import javax.lang.model.AnnotatedConstruct;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.tools.FileObject;
import javax.tools.StandardLocation;

/**
 * Reads the class files of records that were compiled earlier. A compiler older than that of JDK 22
 * does not show the annotations of types in class files, such as {@code @Nullable} or {@code
 * List<@NotBlank String>}, unless an option asks for it.
 */
public final class CompiledRecords {

  private static final String RECORD = "Record";
  private static final int MIN_RELEASE_SHOWING_ALL = 22;
  private static final int MAGIC = 0xCAFEBABE;

  private final Elements elements;
  private final Filer filer;
  private final boolean showsAll;

  /** Creates a reader for this compiler's class files. */
  public CompiledRecords(Elements elements, Filer filer) {
    this.elements = elements;
    // In this case no class file is read, because Gradle would take that as a reason to compile
    // everything
    this.showsAll =
        Runtime.version().feature() >= MIN_RELEASE_SHOWING_ALL
            && elements.getClass().getName().startsWith("com.sun.tools.javac.");
    this.filer = filer;
  }

  /**
   * Returns whether a record's class file has annotations of types that the compiler does not show.
   *
   * @param payload a class of the module that is being compiled
   */
  public boolean hideAnnotations(TypeElement record, TypeElement payload) {
    return !showsAll
        && record.getKind() == ElementKind.RECORD
        && ElementFilter.fieldsIn(record.getEnclosedElements()).stream()
            .map(VariableElement::asType)
            .noneMatch(CompiledRecords::showsAnnotations)
        && fileHasAnnotations(record, payload);
  }

  private static boolean showsAnnotations(TypeMirror type) {
    if (!((AnnotatedConstruct) type).getAnnotationMirrors().isEmpty()) {
      return true;
    }
    if (type instanceof ArrayType array) {
      return showsAnnotations(array.getComponentType());
    }
    return type instanceof DeclaredType declared
        && declared.getTypeArguments().stream().anyMatch(CompiledRecords::showsAnnotations);
  }

  private boolean fileHasAnnotations(TypeElement record, TypeElement payload) {
    String path = elements.getBinaryName(record).toString().replace('.', '/') + ".class";
    ModuleElement module = elements.getModuleOf(record);
    try {
      FileObject file;
      if (module == null || module.isUnnamed()) {
        file = filer.getResource(StandardLocation.CLASS_PATH, "", path);
      } else if (module.equals(elements.getModuleOf(payload))) {
        // The module that is compiled is not on the module path
        file = filer.getResource(StandardLocation.CLASS_OUTPUT, "", path);
      } else {
        file =
            filer.getResource(StandardLocation.MODULE_PATH, module.getQualifiedName() + "/", path);
      }
      try (InputStream bytes = file.openInputStream()) {
        return recordHasTypeAnnotations(new DataInputStream(bytes));
      }
    } catch (IOException | IllegalArgumentException e) {
      // The file is in an internal archive of the compiler: what cannot be read cannot be judged
      return false;
    }
  }

  /**
   * Returns whether a component in the attribute {@code Record} of a class file has type
   * annotations.
   */
  private static boolean recordHasTypeAnnotations(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC) {
      return false;
    }
    in.skipNBytes(4);
    Map<Integer, String> texts = texts(in);
    in.skipNBytes(6);
    in.skipNBytes(2L * in.readUnsignedShort());
    skipMembers(in, texts);
    skipMembers(in, texts);
    if (!goToAttribute(in, texts, RECORD::equals)) {
      return false;
    }
    for (int components = in.readUnsignedShort(); components > 0; components--) {
      in.skipNBytes(4);
      if (goToAttribute(in, texts, name -> name.endsWith("TypeAnnotations"))) {
        return true;
      }
    }
    return false;
  }

  private static void skipMembers(DataInputStream in, Map<Integer, String> texts)
      throws IOException {
    for (int members = in.readUnsignedShort(); members > 0; members--) {
      in.skipNBytes(6);
      boolean unused = goToAttribute(in, texts, name -> false);
    }
  }

  /**
   * Moves to the content of the first attribute with this name, or behind all attributes if there
   * is none.
   */
  private static boolean goToAttribute(
      DataInputStream in, Map<Integer, String> texts, Predicate<String> name) throws IOException {
    for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
      boolean isWanted = name.test(texts.getOrDefault(in.readUnsignedShort(), ""));
      long length = Integer.toUnsignedLong(in.readInt());
      if (isWanted) {
        return true;
      }
      in.skipNBytes(length);
    }
    return false;
  }

  /** The strings of the constant pool, by index. */
  private static Map<Integer, String> texts(DataInputStream in) throws IOException {
    Map<Integer, String> texts = new HashMap<>();
    int count = in.readUnsignedShort();
    for (int index = 1; index < count; index++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> texts.put(index, in.readUTF());
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> {
          in.skipNBytes(8);
          index++;
        }
        case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        default -> throw new IOException("Unknown constant " + tag);
      }
    }
    return texts;
  }
}
