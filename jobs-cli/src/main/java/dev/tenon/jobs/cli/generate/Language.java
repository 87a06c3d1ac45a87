package dev.tenon.jobs.cli.generate;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** A language that code is written in. */
public enum Language {
  /** TypeScript, for the package {@code @tenon/jobs}. */
  TYPESCRIPT {
    @Override
    GeneratedFile file(ModuleModel module, String command) {
      return new GeneratedFile(
          String.join("-", Words.ofClass(module.simpleName())) + ".ts",
          TypeScriptWriter.write(module, command));
    }
  },

  /** Python, for the package {@code tenon_jobs}. */
  PYTHON {
    @Override
    GeneratedFile file(ModuleModel module, String command) {
      return new GeneratedFile(
          String.join("_", Words.ofClass(module.simpleName())) + ".py",
          PythonWriter.write(module, command));
    }
  };

  abstract GeneratedFile file(ModuleModel module, String command);

  /** The name of the language on the command line. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Writes the code for a module.
   *
   * @param schemas the content of {@code META-INF/tenon/*.schemas.json}
   * @param description the content of {@code META-INF/tenon/*.module.json}
   * @param types the names of the job types to write; all of the module if there are none
   * @throws GenerateException if no code can be written, with a message for people
   */
  public GeneratedFile generate(String schemas, String description, Collection<String> types) {
    List<String> selected = List.copyOf(new TreeSet<>(types));
    StringBuilder command = new StringBuilder("tenon generate " + code());
    selected.forEach(type -> command.append(" --type=").append(type));
    return file(ModuleReader.read(schemas, description, selected), command.toString());
  }
}
