package dev.lamella.jobs;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;

/**
 * Lets db-scheduler take part in our transactions: whoever asks for a connection inside one gets that of the transaction, which can then not be
 * committed, rolled back or closed but by the transaction itself. So a job's row and its execution never disagree.
 */
final class TransactionDataSource implements DataSource {

    private static final Set<String> LEFT_TO_THE_TRANSACTION = Set.of("close", "commit", "rollback");

    private final DataSource pool;
    private final ScopedValue<Handle> transaction;

    TransactionDataSource(DataSource pool, ScopedValue<Handle> transaction) {
        this.pool = pool;
        this.transaction = transaction;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return transaction.isBound() ? partOf(transaction.get().getConnection()) : pool.getConnection();
    }

    private static Connection partOf(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (LEFT_TO_THE_TRANSACTION.contains(method.getName())) {
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLException("connections are those of the pool");
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return pool.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        pool.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger(Logger.GLOBAL_LOGGER_NAME);
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return pool.isWrapperFor(type);
    }
}
