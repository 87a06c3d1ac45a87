package dev.tenon.jobs.internal.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tenon.jobs.internal.rollout.BuildDescription.Handler;
import dev.tenon.jobs.internal.rollout.BuildDescription.Keys;
import dev.tenon.jobs.internal.rollout.BuildDescription.TypeDescription;
import dev.tenon.jobs.internal.rollout.BuildDescription.Versions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DescriptionJsonTest {

  private static final BuildDescription BUILD =
      new BuildDescription(
          Set.of("shop.ShopJobsModule"),
          Map.of(
              "mail.send",
              new TypeDescription(
                  new Versions(3, Set.of(2, 1)),
                  List.of("mail.post"),
                  Map.of("jobs.mail.send", "jobs.shop.ShopJobs"),
                  false,
                  new Keys(
                      Map.of("maxConcurrent", "5", "rates", "10/s, 1000/h"), "to", "", "to, text"),
                  Set.of("ofClone"),
                  Set.of("mail.send:nightly"))),
          Map.of(
              "mail.send",
              new Handler(
                  Map.of("charge", List.of("pay")),
                  Map.of("settled", List.of()),
                  Set.of("mail.read"),
                  true)),
          Map.of("mail.read", new Versions(2, Set.of(1))));

  @Test
  void whatIsWrittenIsRead() {
    assertThat(DescriptionJson.read(DescriptionJson.write(BUILD))).isEqualTo(BUILD);
  }

  @Test
  void whatIsAsUsualIsLeftOut() {
    BuildDescription plain =
        new BuildDescription(
            Set.of("a.B"),
            Map.of(
                "x.y",
                new TypeDescription(
                    new Versions(1, Set.of()),
                    List.of(),
                    Map.of(),
                    false,
                    Keys.NONE,
                    Set.of(),
                    Set.of())),
            Map.of("x.y", Handler.PLAIN),
            Map.of());

    assertThat(DescriptionJson.write(plain))
        .isEqualTo(
            "{\"format\":1,\"modules\":[\"a.B\"],\"types\":{\"x.y\":{\"version\":1}},\"handlers\":{\"x.y\":{}}}");
    assertThat(DescriptionJson.read(DescriptionJson.write(plain))).isEqualTo(plain);
  }

  @Test
  void theFilesOfSeveralModulesAreOneBuild() {
    BuildDescription build =
        DescriptionJson.read(
            List.of(
                "{\"format\": 1, \"module\": \"a.Types\", \"types\": {\"x.y\": {\"version\": 2,"
                    + " \"later\": []}}}",
                "{\"format\": 1, \"module\": \"a.Work\", \"handlers\": {\"x.y\": {}}}"));

    assertThat(build.modules()).containsExactlyInAnyOrder("a.Types", "a.Work");
    assertThat(build.handled("x.y").orElseThrow().versions().version()).isEqualTo(2);
  }

  @Test
  void wrongFilesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DescriptionJson.read(List.of()))
        .withMessageStartingWith("There is no description of a module.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DescriptionJson.read("{\"format\": 2, \"module\": \"a.B\"}"))
        .withMessageContaining("format 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DescriptionJson.read("{\"format\": 1}"))
        .withMessageContaining("module");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DescriptionJson.read("nonsense"))
        .withMessageStartingWith("This is not the description of a module");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                DescriptionJson.read(
                    List.of("{\"format\": 1, \"module\": \"a.B\", \"handlers\": {\"x.y\": {}}}")))
        .withMessage(
            "The build has handlers of x.y, but the description of the module that declares them is"
                + " missing. Pass the descriptions of all of its modules.");
  }
}
