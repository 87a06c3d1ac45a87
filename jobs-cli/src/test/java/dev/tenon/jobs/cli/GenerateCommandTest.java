package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The code for other languages. The tests of the clients compile and run the files that are
 * expected here. With {@code -Dtenon.golden=rewrite}, this test writes them.
 */
class GenerateCommandTest {

  /** The files that the annotation processor is expected to write. */
  private static final Path EXPORTS = Path.of("../jobs-processor/src/test/resources/expected");

  private static final Path TYPESCRIPT = Path.of("../clients/typescript/tests/generated");
  private static final Path PYTHON = Path.of("../clients/python/tests/generated");

  private static final boolean REWRITE = "rewrite".equals(System.getProperty("tenon.golden"));

  @TempDir private Path folder;

  private static Command generate(String... arguments) {
    return Command.run(
        Map.of(),
        Stream.concat(Stream.of("generate"), Stream.of(arguments)).toArray(String[]::new));
  }

  private static Path resource(String name) {
    URL url = Objects.requireNonNull(GenerateCommandTest.class.getResource(name));
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A folder with the exports of a module of the processor's tests. */
  private Path exports(String module) throws IOException {
    Path from = EXPORTS.resolve(module).resolve("META-INF/tenon");
    Path to = Files.createDirectories(folder.resolve(module).resolve("META-INF/tenon"));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".json.txt")) {
          Files.copy(file, to.resolve(name.substring(0, name.length() - ".txt".length())));
        }
      }
    }
    return folder.resolve(module);
  }

  private static Path hostile() {
    return resource("/generate/META-INF/tenon/HostileJobs.schemas.json");
  }

  /** A build with one type, whose payload has this property. */
  private Path build(String property) throws IOException {
    Path files = Files.createDirectories(folder.resolve("build/META-INF/tenon"));
    Files.writeString(
        files.resolve("MailJobs.schemas.json"),
        """
        {"title": "MailJobs", "$defs": {"mail.send.payload": {
          "title": "Mail send", "type": "object", "properties": {"to": %s}}}}
        """
            .formatted(property));
    Files.writeString(
        files.resolve("MailJobs.module.json"),
        """
        {"format": 1, "module": "mail.MailJobsModule", "types": {"mail.send": {"version": 2}}}
        """);
    return folder.resolve("build");
  }

  @Test
  void filesAreAsExpected() throws IOException {
    for (Path build : List.of(exports("unions"), exports("shapes"), exports("values"), hostile())) {
      assertExpected("typescript", build, TYPESCRIPT);
      assertExpected("python", build, PYTHON);
    }
  }

  private void assertExpected(String language, Path build, Path expected) throws IOException {
    if (REWRITE) {
      var unused = generate(language, build.toString(), "--output=" + expected).exitsWith(0);
    }
    assertThat(generate(language, build.toString(), "--output=" + expected, "--check").exitsWith(0))
        .satisfies(check -> assertThat(check.out()).isEmpty());
    Path output = folder.resolve(language);
    String wrote = generate(language, build.toString(), "--output=" + output).succeeds().out();
    Path file = Path.of(wrote.strip().substring("Wrote ".length()));
    assertThat(file).hasSameTextualContentAs(expected.resolve(output.relativize(file)));
    assertThat(generate(language, build.toString()).succeeds().out())
        .isEqualTo(Files.readString(file));
  }

  @Test
  void eachExportOfTheProcessorCanBeWritten() throws IOException {
    try (Stream<Path> modules = Files.list(EXPORTS)) {
      List<String> exported =
          modules
              .filter(module -> Files.isDirectory(module.resolve("META-INF/tenon")))
              .map(module -> String.valueOf(module.getFileName()))
              .sorted()
              .toList();
      assertThat(exported).hasSizeGreaterThan(10);
      for (String module : exported) {
        String build = exports(module).toString();
        assertThat(generate("typescript", build).succeeds().out()).contains(" = new JobType({");
        assertThat(generate("python", build).succeeds().out()).contains(" = JobType(");
      }
    }
  }

  @Test
  void aCompiledModuleIsFoundInFoldersAndFiles() {
    Path file = resource("/META-INF/tenon/MailJobs.module.json");
    String compiled = String.valueOf(file.getParent());

    String code = generate("TypeScript", compiled, "--module=MailJobs").succeeds().out();

    assertThat(code)
        .startsWith(
            "// Jobs of the module dev.tenon.jobs.cli.MailJobs. Generated by `tenon generate"
                + " typescript`")
        .contains(
            "export interface MailSend {\n",
            "export const mailSend: JobType<MailSend, MailSendResult> = new JobType({\n");
    assertThat(generate("typescript", file.toString()).succeeds().out()).isEqualTo(code);
    assertThat(
            generate("typescript", file.toString().replace(".module.", ".schemas."))
                .succeeds()
                .out())
        .isEqualTo(code);
  }

  @Test
  void jarsInsideOfJarsAreRead() throws IOException {
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    try (ZipOutputStream jar = new ZipOutputStream(inner);
        Stream<Path> files = Files.list(exports("unions").resolve("META-INF/tenon"))) {
      for (Path file : files.toList()) {
        entry(jar, "META-INF/tenon/" + file.getFileName(), Files.readAllBytes(file));
      }
    }
    Path application = folder.resolve("application.jar");
    try (OutputStream file = Files.newOutputStream(application);
        ZipOutputStream jar = new ZipOutputStream(file)) {
      entry(jar, "BOOT-INF/lib/inner.jar", inner.toByteArray());
    }

    assertThat(generate("python", application.toString()).succeeds().out())
        .isEqualTo(Files.readString(PYTHON.resolve("draw_jobs.py")));
  }

  private static void entry(ZipOutputStream jar, String name, byte[] content) throws IOException {
    jar.putNextEntry(new ZipEntry(name));
    jar.write(content);
    jar.closeEntry();
  }

  @Test
  void theCheckFailsIfTheFileIsNotWhatWouldBeWritten() throws IOException {
    String build = exports("unions").toString();
    Path output = folder.resolve("src/jobs");
    String[] check = {"typescript", build, "--output=" + output, "--check"};
    Path file = output.resolve("draw-jobs.ts");

    assertThat(generate(check).exitsWith(1).err())
        .isEqualTo("tenon: " + file + " does not exist. Run the command without --check.\n");
    assertThat(file).doesNotExist();
    assertThat(generate("typescript", build, "--output=" + output).succeeds().out())
        .isEqualTo("Wrote " + file + "\n");
    assertThat(generate(check).succeeds().out()).isEmpty();

    String written = Files.readString(file);
    Files.writeString(file, written.replace("\n", "\r\n"));
    assertThat(generate(check).succeeds().out()).isEmpty();

    Files.writeString(file, written.replace("radius: number", "radius: string"));
    assertThat(generate(check).exitsWith(1).err())
        .isEqualTo(
            "tenon: "
                + file
                + " is not what would be written: line 21 differs. Run the command without"
                + " --check.\n");
    assertThat(generate("typescript", build, "--check").exitsWith(2).err())
        .contains("--check works only with --output");
  }

  @Test
  void oneOfSeveralModulesIsNamed() throws IOException {
    String draw = exports("unions").toString();
    String shapes = exports("shapes").toString();

    assertThat(generate("python", draw, shapes).exitsWith(2).err())
        .isEqualTo(
            "tenon: The build has several modules: DrawJobs, ShapesJobs. Name one of them with"
                + " --module, such as --module=DrawJobs.\n");
    assertThat(generate("python", draw, shapes, "--module=DrawJob").exitsWith(2).err())
        .isEqualTo("tenon: The build has no module 'DrawJob'. It has: DrawJobs, ShapesJobs.\n");
    assertThat(generate("python", draw, shapes, "--module=DrawJobs").succeeds().out())
        .isEqualTo(Files.readString(PYTHON.resolve("draw_jobs.py")));
    // The same module twice is one module
    assertThat(generate("python", draw, draw + "/META-INF").succeeds().out()).isNotEmpty();
    // There are two of these
    assertThat(
            generate(
                    "python",
                    exports("signals").toString(),
                    exports("steps").toString(),
                    "--module=OrderJobs")
                .exitsWith(2)
                .err())
        .contains("several modules with the name 'OrderJobs'. Pass only the jar or the folder");
  }

  @Test
  void typesAreSelected() throws IOException {
    String build = exports("elsewhere").toString();

    String code = generate("python", build, "--type=mail.send").succeeds().out();

    assertThat(code)
        .contains("Generated by ``tenon generate python --type=mail.send``", "mail_send: JobType[")
        .doesNotContain("index_rebuild");
    assertThat(generate("python", build, "--type=mail.sent").exitsWith(1).err())
        .isEqualTo(
            "tenon: The module DefsJobs has no job type 'mail.sent'. It has: index.rebuild,"
                + " mail.send.\n");
  }

  @Test
  void theVersionIsThatOfTheModule() throws IOException {
    assertThat(generate("typescript", exports("versions").toString()).succeeds().out())
        .contains("name: \"mail.send\",\n  version: 3,");
  }

  @Test
  void unknownPartsOfSchemasAreRefusedWithTheirPlace() throws IOException {
    assertThat(refused("{\"type\": \"string\", \"not\": {\"const\": \"\"}}"))
        .isEqualTo(
            "tenon: Cannot write code for the job type 'mail.send': at payload/properties/to, its"
                + " schema has 'not', which this version of the command does not know. Use the"
                + " command of the version of Tenon that has compiled the build. Or select the"
                + " other types with --type, and submit jobs of this type by its name:"
                + " jobs.submit(\"mail.send\", …).\n");
    assertThat(refused("{\"type\": \"tuple\"}"))
        .contains("at payload/properties/to/type, its schema has 'tuple', which");
    assertThat(refused("true")).contains("at payload/properties/to, its schema has no object,");
    assertThat(refused("{\"$ref\": \"other.json\"}"))
        .contains(
            "at payload/properties/to/$ref, its schema has the reference 'other.json', which");
    assertThat(refused("{\"enum\": [1]}"))
        .contains("at payload/properties/to/enum, its schema has a constant that is not a string,");
    assertThat(refused("{\"oneOf\": [{\"type\": \"string\"}]}"))
        .contains("to/oneOf/0, its schema has no reference with a property 'type' that says which");
    assertThat(refused("{\"type\": \"array\", \"items\": {\"allOf\": [{\"$ref\": \"#\"}]}}"))
        .contains("at payload/properties/to/items/allOf, its schema has '$ref', which");
  }

  private String refused(String property) throws IOException {
    Command command = generate("python", build(property).toString()).exitsWith(1);
    assertThat(command.out()).isEmpty();
    return command.err();
  }

  @Test
  void whatIsNoBuildIsRefused() throws IOException {
    assertThat(generate("typescript", folder.toString()).exitsWith(1).err())
        .contains("contains no META-INF/tenon/*.schemas.json");
    assertThat(generate("typescript", folder.resolve("gone.jar").toString()).exitsWith(1).err())
        .contains("Cannot read");
    assertThat(generate("cobol", folder.toString()).exitsWith(2).err()).contains("LANGUAGE");
    assertThat(generate("python").exitsWith(2).err()).contains("BUILD");

    Path build = build("{}").resolve("META-INF/tenon");
    Path description = build.resolve("MailJobs.module.json");
    Files.writeString(description, "{\"module\": \"mail.MailJobsModule\", \"types\": {}}");
    assertThat(generate("python", build.toString()).exitsWith(1).err())
        .contains("has no version of the job type 'mail.send'", "Build the module again.");
    Files.writeString(description, "{}");
    assertThat(generate("python", build.toString()).exitsWith(1).err())
        .contains("The description of the module is not one that Tenon's annotation processor has");
    Files.delete(description);
    assertThat(generate("python", build.toString()).exitsWith(1).err())
        .contains("There is no ", "MailJobs.module.json, which the annotation processor writes");
    Files.writeString(build.resolve("MailJobs.schemas.json"), "[");
    Files.writeString(description, "{}");
    assertThat(generate("python", build.toString()).exitsWith(1).err())
        .contains("The file with the schemas is not a JSON object");
    Files.writeString(
        build.resolve("MailJobs.schemas.json"),
        "{\"title\": \"MailJobs\", \"$defs\": {\"1 = 2;.payload\": {}}}");
    Files.writeString(description, "{\"module\": \"mail.MailJobsModule\", \"types\": {}}");
    assertThat(generate("python", build.toString()).exitsWith(1).err())
        .contains("'1 = 2;' is not the name of a job type");
    Files.writeString(build.resolve("MailJobs.schemas.json"), "{\"$defs\": {");
    assertThat(generate("python", build.toString()).exitsWith(1).err())
        .contains("The file with the schemas is not well-formed JSON");
  }
}
