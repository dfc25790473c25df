package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

    @Test
    void bothLanguagesHaveTheSameTexts() {
        assertThat(withoutCodes(new Words("zh"))).isEqualTo(withoutCodes(new Words("en")));
    }

    /** In a message pattern a single quote would swallow the arguments behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"en", "zh"})
    void noTextHidesItsArguments(String language) {
        assertThat(new Words(language).all().values())
                .noneMatch(text -> text.toString().contains("'"));
    }

    @ParameterizedTest
    @CsvSource({"zh_CN.UTF-8, zh", "zh, zh", "en_US.UTF-8, en", "C.UTF-8, en", "de_DE, en", "'', en"})
    void languageComesFromTheLocale(String locale, String language) {
        assertThat(Words.languageOf(name -> Map.of("LANG", locale).getOrDefault(name, "")))
                .isEqualTo(language);
    }

    @Test
    void allCategoriesComeBeforeLang() {
        Map<String, String> environment = Map.of("LC_ALL", "en_US.UTF-8", "LANG", "zh_CN.UTF-8");

        assertThat(Words.languageOf(name -> environment.getOrDefault(name, ""))).isEqualTo("en");
    }

    @Test
    void codeThatIsNewerThanTheClientIsShownAsItIs() {
        assertThat(new Words("zh").code("brand-new-state")).isEqualTo("brand-new-state");
    }

    private static Set<String> withoutCodes(Words words) {
        return words.all().stringPropertyNames().stream()
                .filter(key -> !key.startsWith("code."))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
