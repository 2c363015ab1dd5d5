using System.IO.Pipelines;
using MemoryPack;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Docs.Tests.Snippets;

/// <summary>docs/reference/.</summary>
internal static class Reference
{
    public static async Task ClientOptionsAsync(ILoggerFactory loggers)
    {
        // <options-client>
        var options = new DaemonClientOptions
        {
            Instance = "/home/me/project",
            StartTimeout = TimeSpan.FromSeconds(20),
            CallTimeout = TimeSpan.FromMinutes(5),
            BusyTimeout = TimeSpan.FromMinutes(1),
            ForwardEnvironment = ["EDITOR"],
            LoggerFactory = loggers,
            TaskLogLevel = LogLevel.Information,
        };
        await using WordsClient words = await WordsClient.ConnectAsync(options);
        // </options-client>
    }

    public static async Task<int> DaemonOptionsAsync()
    {
        // <options-daemon>
        return await WordsDaemon.RunAsync(context => new Words(context), new DaemonOptions
        {
            IdleTimeout = TimeSpan.FromHours(1),
            CancelGrace = TimeSpan.FromSeconds(5),
        });
        // </options-daemon>
    }

    public static async Task<int> AsyncFactoryAsync()
    {
        // <contract-factory>
        return await WordsDaemon.RunAsync(async (context, stopping) =>
        {
            context.Status.Report("Loading the dictionary");
            string[] known = await File.ReadAllLinesAsync("/usr/share/dict/words", stopping);
            return new DictionaryWords(known);
        });
        // </contract-factory>
    }

    public static async Task<int> ExceptionsAsync(WordsClient words, string file)
    {
        // <exceptions-catch>
        try
        {
            await words.ReadAsync(file);
            return 0;
        }
        catch (DaemonTaskCanceledException canceled)      // also an OperationCanceledException
        {
            Console.Error.WriteLine(canceled.Message);
            return 130;
        }
        catch (DaemonBusyException busy)
        {
            Console.Error.WriteLine(busy.Message);
            return 75;
        }
        catch (DaemonRemoteException failure)
        {
            Console.Error.WriteLine($"{failure.Message} ({failure.RemoteType})");
            return 1;
        }
        catch (Exception failure) when (failure is DaemonException or DaemonTimeoutException)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
        // </exceptions-catch>
    }
}

/// <summary>A handler that is slow to make.</summary>
internal sealed class DictionaryWords(string[] known) : IWords
{
    public Task<Summary> ReadAsync(string file, CancellationToken cancellationToken) => Task.FromResult(new Summary(known.Length, 0));

    public IAsyncEnumerable<string> StartingWithAsync(string prefix, CancellationToken cancellationToken) =>
        known.Where(word => word.StartsWith(prefix, StringComparison.Ordinal)).ToAsyncEnumerable();
}

// <contract-shapes>
[DaemonRpc("com.acme.library")]
public partial interface ILibrary
{
    Task OpenAsync(string path, CancellationToken cancellationToken = default);

    Task<Book> FindAsync(string title, int edition = 1, CancellationToken cancellationToken = default);

    ValueTask<int> CountAsync();

    IAsyncEnumerable<Book> AllAsync(CancellationToken cancellationToken = default);
}

[MemoryPackable]
public partial record Book(string Title, string[] Authors, DateOnly Published);
// </contract-shapes>

// <contract-progress>
[DaemonRpc("com.acme.import")]
public partial interface IImport
{
    Task<int> ImportAsync(string folder, IProgress<string>? progress = null, CancellationToken cancellationToken = default);
}
// </contract-progress>

// <contract-streams>
[DaemonRpc("com.acme.upload")]
public partial interface IUpload
{
    Task<int> UploadAsync(IAsyncEnumerable<byte[]> pieces, CancellationToken cancellationToken = default);
}
// </contract-streams>

// <contract-files>
[DaemonRpc("com.acme.archiver")]
public partial interface IArchiver
{
    Task<long> PackAsync(string folder, Stream destination, CancellationToken cancellationToken = default);

    Task<int> CheckAsync(PipeReader archive, CancellationToken cancellationToken = default);

    Task<long> MeasureAsync(SafeFileHandle file);
}
// </contract-files>

// <contract-returned-streams>
[DaemonRpc("com.acme.vault")]
public partial interface IVault
{
    Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken = default);

    ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken = default);
}
// </contract-returned-streams>

// <contract-callbacks>
[DaemonRpc("com.acme.cleaner")]
public partial interface ICleaner
{
    Task<bool> CleanAsync(IConfirmation confirmation, CancellationToken cancellationToken = default);
}

[DaemonCallback]
public interface IConfirmation
{
    ValueTask<bool> ConfirmAsync(string question, CancellationToken cancellationToken = default);
}
// </contract-callbacks>

// <contract-faults>
[DaemonRpc("com.acme.parser")]
public partial interface IParser
{
    [Fault(typeof(ParseProblem))]
    Task<int> ParseAsync(string file, CancellationToken cancellationToken = default);
}

[MemoryPackable]
public partial record ParseProblem(int Line, string Text);
// </contract-faults>

// <contract-bases>
public interface IStore<T>
{
    Task PutAsync(string key, T value, CancellationToken cancellationToken = default);

    Task<T?> GetAsync(string key, CancellationToken cancellationToken = default);
}

public interface ICounted
{
    ValueTask<int> CountAsync();
}

[DaemonRpc("com.acme.catalogue")]
public partial interface ICatalogue : IStore<Book>, ICounted
{
    Task ImportAsync(string file, CancellationToken cancellationToken = default);
}
// </contract-bases>
