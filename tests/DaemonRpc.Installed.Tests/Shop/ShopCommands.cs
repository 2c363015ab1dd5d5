namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>What the tool does when it is asked how its daemon is started, how it ends and what it logs.</summary>
internal static class ShopCommands
{
    public const string Environments = """
        using DaemonRpc;

        namespace Acme.Shop.Tool;

        internal static class Environments
        {
            public static async Task<List<string>> AskAsync()
            {
                await using ShopClient client = await ShopClient.ConnectAsync();
                try
                {
                    _ = await client.RefuseAsync("", new Order(0, new Customer("", new Place("", [])), []));
                    return ["Nothing was refused."];
                }
                catch (DaemonRemoteException exception)
                {
                    return [$"{client.Daemon.Origin}: {exception.Message}"];
                }
            }

            public static async Task<List<string>> AskAsync(string name)
            {
                await using ShopClient client = await ShopClient.ConnectAsync();
                return [$"{await client.VariableAsync(name) ?? "unset"} {client.Daemon.Origin}"];
            }

            /// <summary>Three clients: two with the same value, one with another; and one that gives none.</summary>
            public static async Task<List<string>> CompareAsync(string name)
            {
                await using ShopClient first = await ConnectAsync(name, "one");
                await using ShopClient other = await ConnectAsync(name, "two");
                await using ShopClient same = await ConnectAsync(name, "one");
                await using ShopClient none = await ShopClient.ConnectAsync();
                var lines = new List<string>();
                foreach (ShopClient client in (ShopClient[])[first, other, same, none])
                {
                    lines.Add($"{await client.VariableAsync(name) ?? "unset"} {client.Daemon.Origin}");
                }

                lines.Add($"same {first.Daemon.ProcessId == same.Daemon.ProcessId}, others {new[] { first, other, none }.Select(client => client.Daemon.ProcessId).Distinct().Count()}");
                return lines;
            }

            public static Task<ShopClient> ConnectAsync(string name, string value) =>
                ShopClient.ConnectAsync(new DaemonClientOptions { LaunchEnvironment = new Dictionary<string, string?> { [name] = value } });
        }
        """;

    public const string Crashes = """
        using System.Diagnostics;
        using DaemonRpc;

        namespace Acme.Shop.Tool;

        internal static class Crashes
        {
            public static async Task<List<string>> MeetAsync(string how, bool startsItself)
            {
                if (!startsItself)
                {
                    using Process starter = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["ask"]) { RedirectStandardOutput = true })!;
                    _ = await starter.StandardOutput.ReadToEndAsync();
                    await starter.WaitForExitAsync();
                }

                await using ShopClient client = await ShopClient.ConnectAsync();
                string? log = client.Daemon.LogPath;
                var lines = new List<string> { $"{client.Daemon.Origin}" };
                try
                {
                    await client.EndAsync(how, $"Last words before {how}.");
                    lines.Add("It lives.");
                }
                catch (DaemonDisconnectedException exception)
                {
                    lines.Add($"exit code {exception.ExitCode?.ToString() ?? "null"}, signal {exception.Signal?.ToString() ?? "null"}, may have run {exception.MayHaveRun}");
                    lines.Add($"log exists {File.Exists(exception.LogPath)}, is the daemon's {exception.LogPath == log}");
                    lines.AddRange(exception.LastLines.Select(line => $"last: {line}"));
                }

                // Whoever calls on gets the next daemon.
                lines.Add($"then: {await client.VariableAsync("SHOP_NONE") ?? "unset"} {client.Daemon.Origin}");
                await client.Daemon.StopAsync();
                return lines;
            }
        }
        """;

    public const string Management = """
        using System.Diagnostics;
        using System.Runtime.CompilerServices;
        using DaemonRpc;

        namespace Acme.Shop.Tool;

        /// <summary>One process has a task run; others look at it, cancel it and stop the daemon.</summary>
        internal static class Management
        {
            private const string Id = "daemonrpc.tests.shop";

            public static async Task<List<string>> HoldAsync()
            {
                await using ShopClient client = await ShopClient.ConnectAsync();
                int daemon = client.Daemon.ProcessId;
                Task holding = client.HoldAsync();
                await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync())
                {
                    if (status.Message == "Holding")
                    {
                        break;
                    }
                }

                List<string> lines = [$"{client.Daemon.Origin}, native {!RuntimeFeature.IsDynamicCodeSupported}", .. await OtherAsync("status"), .. await OtherAsync("cancel")];
                try
                {
                    await holding;
                    lines.Add("It ended by itself.");
                }
                catch (DaemonTaskCanceledException exception)
                {
                    lines.Add($"The task was told: {exception.Outcome}, by this process {exception.CanceledBy == Environment.ProcessId}");
                }

                lines.AddRange([.. await OtherAsync("ask"), .. await OtherAsync("stop"), .. await OtherAsync("status")]);
                lines.Add($"{await client.VariableAsync("SHOP_NONE") ?? "unset"} {client.Daemon.Origin}, same process {client.Daemon.ProcessId == daemon}");
                await client.Daemon.StopAsync();
                lines.Add(string.Join(", ", (await DaemonControl.ReadJournalAsync(Id)).Select(entry => entry.Event)));
                return lines;
            }

            /// <summary>A long task that gives way, and short calls that pass it.</summary>
            public static async Task<List<string>> StocktakeAsync()
            {
                await using ShopClient client = await ShopClient.ConnectAsync();
                await using ShopClient other = await ShopClient.ConnectAsync(new DaemonClientOptions { BusyTimeout = Timeout.InfiniteTimeSpan });
                Task<int> counting = client.StocktakeAsync(3);
                bool gaveWay = false;
                Task putting = Task.CompletedTask;
                await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync())
                {
                    if (status.Message == "Counting" && putting == Task.CompletedTask)
                    {
                        putting = PutAsync(other);
                    }

                    gaveWay |= status is { Task.Method: "PutAsync", YieldedTasks: [{ Method: "StocktakeAsync" }] };
                    if (status.TasksFinished == 4)
                    {
                        break;
                    }
                }

                await putting;
                List<string> lines = [$"{await counting} counted, gave way {gaveWay}"];
                await client.Daemon.StopAsync();
                return lines;
            }

            private static async Task PutAsync(ShopClient shop)
            {
                for (int number = 1; number <= 3; number++)
                {
                    await shop.PutAsync(new Order(number, new Customer("Ann", new Place("Oslo", [])), []));
                }
            }

            public static async Task<List<string>> StatusAsync()
            {
                if (await DaemonControl.FindAsync(Id) is not { } daemon)
                {
                    return ["None runs."];
                }

                DaemonStatus status = await daemon.GetStatusAsync();
                return [FormattableString.Invariant($"{status.State}: {status.Message} {status.Progress}, {status.Task?.Method}")];
            }

            public static async Task<List<string>> CancelAsync() => [$"{await (await DaemonControl.FindAsync(Id))!.CancelAsync()}"];

            public static async Task<List<string>> StopAsync()
            {
                await DaemonControl.StopAsync(Id);
                return [];
            }

            private static async Task<string[]> OtherAsync(string command)
            {
                using Process other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [command]) { RedirectStandardOutput = true })!;
                string output = await other.StandardOutput.ReadToEndAsync();
                await other.WaitForExitAsync();
                return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{command}: {line}")];
            }
        }
        """;

    public const string Logs = """
        using System.Globalization;
        using DaemonRpc;
        using Microsoft.Extensions.Logging;

        namespace Acme.Shop.Tool;

        internal static class Logs
        {
            /// <summary>What is in the log of a daemon with a logger of the program's, and of one without.</summary>
            public static async Task<List<string>> ReadAsync() =>
            [
                $"process {Environment.ProcessId}",
                .. await ReadAsync("own", await Environments.ConnectAsync("SHOP_LOGS", "1")),
                .. await ReadAsync("default", await ShopClient.ConnectAsync()),
            ];

            /// <summary>What callers hear of what their own calls log, from a daemon and in process.</summary>
            public static async Task<List<string>> HearAsync()
            {
                var heard = new HeardLogs();
                var options = new DaemonClientOptions { LoggerFactory = heard, TaskLogLevel = LogLevel.Information };
                await using (ShopClient asking = await ShopClient.ConnectAsync(options))
                await using (ShopClient silent = await ShopClient.ConnectAsync())
                {
                    await silent.PutAsync(s_order);
                    await asking.PutAsync(s_order);
                }

                await using ShopClient inProcess = ShopClient.ConnectInProcess(context => new ShopHandler(context), options);
                await inProcess.PutAsync(s_order);
                return heard.Lines;
            }

            private static readonly Order s_order = new(1, new Customer("", new Place("", [])), []);

            private static async Task<IEnumerable<string>> ReadAsync(string which, ShopClient client)
            {
                await using ShopClient shop = client;
                var order = new Order(1, new Customer("secret name", new Place("secret city", [])), new() { ["secret shelf"] = [new Item("secret item", 1m)] });
                await shop.PutAsync(order);
                try
                {
                    _ = await shop.RefuseAsync("secret password", order);
                }
                catch (DaemonRemoteException)
                {
                }

                _ = await shop.ChargeAsync(new Card(order.Customer, new Page<Item>(1, [])));
                string log = shop.Daemon.LogPath!;
                await shop.Daemon.StopAsync();
                return File.ReadLines(log).Select(line => $"{which}: {line}");
            }
        }

        /// <summary>Keeps what comes of the contract's category.</summary>
        internal sealed class HeardLogs : ILoggerFactory
        {
            public List<string> Lines { get; } = [];

            public ILogger CreateLogger(string categoryName) => new Category(Lines, categoryName);

            public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

            public void Dispose()
            {
            }

            private sealed class Category(List<string> lines, string name) : ILogger
            {
                public IDisposable? BeginScope<TState>(TState state)
                    where TState : notnull => null;

                public bool IsEnabled(LogLevel logLevel) => name != "DaemonRpc";

                public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                    lines.Add($"<{name}> {logLevel}: {formatter(state, exception)}");
            }
        }

        /// <summary>Writes to standard error, which is a daemon's log, with the category.</summary>
        internal sealed class ErrorStreamLogs : ILoggerFactory
        {
            public ILogger CreateLogger(string categoryName) => new Lines(categoryName);

            public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

            public void Dispose()
            {
            }

            private sealed class Lines(string category) : ILogger
            {
                public IDisposable? BeginScope<TState>(TState state)
                    where TState : notnull => null;

                public bool IsEnabled(LogLevel logLevel) => true;

                public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"<{category}> {logLevel}: {formatter(state, exception)} {exception}"));
            }
        }
        """;
}
