package io.iommuledger.query.report;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import io.iommuledger.query.replay.Places;

/**
 * What a report is about: records above a position and up to another, and how everything stood where they end.
 *
 * @param asked  as the request named it
 * @param basis  what it rests on
 * @param census which records are in it
 * @param place  where it ends, with the hosts in scope that had a fact by then
 */
public record Period(Asked asked, Places.Part part, Scope scope, Basis basis, Census census, Standpoint place) {

    /** Records are of it from behind this position on. */
    public long from() {
        return part.from();
    }

    public long to() {
        return part.to();
    }

    /** Where it ends: the same place for ever. */
    public When end() {
        return part.when();
    }

    /** For SQL; empty if all hosts are meant. */
    public String[] hosts() {
        return scope.hosts().stream().map(HostId::value).toArray(String[]::new);
    }
}
