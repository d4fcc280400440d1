package io.iommuledger.web;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Some at once and no more. */
class AtOnceTest {

    @Test
    void refusesMoreThanItTakesUntilOneIsDone() {
        AtOnce two = new AtOnce(2, "reports are being written");
        AtOnce.Permit first = two.permit();
        AtOnce.Permit second = two.permit();
        assertThatThrownBy(two::permit)
                .isInstanceOf(Problem.class)
                .hasMessage("2 reports are being written; try again later");
        first.close();
        assertThatCode(two::permit).doesNotThrowAnyException();
        assertThatThrownBy(two::permit).isInstanceOf(Problem.class);
        second.close();
        assertThatCode(two::permit).doesNotThrowAnyException();
    }
}
