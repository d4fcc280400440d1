package io.iommuledger.db.append;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections that no pool knows of. */
@FunctionalInterface
public interface Connections {
    Connection open() throws SQLException;
}
