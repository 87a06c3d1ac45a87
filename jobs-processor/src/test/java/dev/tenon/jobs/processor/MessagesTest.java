package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user's own messages, in generated validators. */
class MessagesTest {

  @Test
  void attributesArePutIn(@TempDir Path directory) {
    String generated =
        Compilation.in(directory)
            .source(
                "shop/Import.java",
                """
                package shop;

                import dev.tenon.jobs.annotation.JobModule;
                import dev.tenon.jobs.annotation.JobType;
                import jakarta.validation.constraints.*;
                import org.jspecify.annotations.Nullable;

                @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
                @JobType("shop.import")
                record Import(
                    @NotBlank(message = "names the file") String file,
                    @Size(min = 2, max = 5, message = "has {min} to {max} letters") String code,
                    @Null(message = "is gone") @Nullable String old,
                    @Pattern(regexp = "[A-Z]{3}\\\\d$", message = "must match {regexp}") String key,
                    @DecimalMin(value = "0.5", message = "is {value} \\\\{or more\\\\}") double ratio) {}
                """)
            .options("-Werror")
            .run()
            .clean()
            .generated()
            .get("shop/ImportJob.java");

    assertThat(generated)
        .contains(
            """
                String file = payload.file();
                if (file == null) {
                  violations.add("file", "names the file");
                } else if (!Constraints.isNotBlank(file)) {
                  violations.add("file", "names the file");
                }
            """)
        .contains("violations.add(\"code\", \"has 2 to 5 letters\");")
        .contains(
            """
                if (old != null) {
                  violations.add("old", "is gone");
                }
            """)
        .contains("violations.add(\"key\", \"must match [A-Z]{3}\\\\d$\");")
        .contains("violations.add(\"ratio\", \"is 0.5 {or more}\");");
  }
}
