using System.IO.Pipelines;
using DaemonRpc.CodeGen;
using DaemonRpc.Serialization;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>Stands for a contract. What the generator would write for it is written by hand below.</summary>
public interface ISample
{
    Task<string> EchoAsync(string text, CancellationToken cancellationToken = default);

    IAsyncEnumerable<byte[]> StreamAsync(int count, CancellationToken cancellationToken = default);

    Task<byte[]> WorkAsync(IProgress<string>? words, IProgress<byte[]>? pieces = null, CancellationToken cancellationToken = default);

    IAsyncEnumerable<string> WorkOnAsync(IProgress<string>? words, CancellationToken cancellationToken = default);

    Task<string> ImportAsync(IAsyncEnumerable<byte[]>? pieces, IAsyncEnumerable<string>? words = null, CancellationToken cancellationToken = default);

    IAsyncEnumerable<string> ConvertAsync(IAsyncEnumerable<string> words, CancellationToken cancellationToken = default);

    Task<string> AskAsync(IQuestions? questions, IProgress<string>? words = null, CancellationToken cancellationToken = default);

    IAsyncEnumerable<string> AskOnAsync(IQuestions questions, CancellationToken cancellationToken = default);

    Task<string> PassAsync(
        Stream? source, Stream? destination, Stream? both, SafeFileHandle? file, PipeReader? reader, PipeWriter? writer, IDuplexPipe? pipe,
        CancellationToken cancellationToken = default);
}

/// <summary>The files and streams of a call, as its handler gets them.</summary>
internal sealed record PassedBytes(Stream? Source, Stream? Destination, Stream? Both, SafeFileHandle? File, PipeReader? Reader, PipeWriter? Writer, IDuplexPipe? Pipe);

/// <summary>A handler that does what the test says.</summary>
internal sealed class Sample : ISample, IAsyncDisposable
{
    private int _disposals;

    public DaemonContext? Context { get; set; }

    public Func<string, CancellationToken, Task<string>> Echo { get; set; } = static (text, _) => Task.FromResult(text);

    public Func<int, CancellationToken, IAsyncEnumerable<byte[]>> Stream { get; set; } = static (count, _) =>
        AsyncEnumerable.Range(0, count).Select(number => new[] { (byte)number });

    public Func<IProgress<string>?, IProgress<byte[]>?, CancellationToken, Task<byte[]>> Work { get; set; } = static (_, _, _) => Task.FromResult<byte[]>([]);

    public Func<IProgress<string>?, CancellationToken, IAsyncEnumerable<string>> WorkOn { get; set; } = static (_, _) => AsyncEnumerable.Empty<string>();

    public Func<IAsyncEnumerable<byte[]>?, IAsyncEnumerable<string>?, CancellationToken, Task<string>> Import { get; set; } = static (_, _, _) => Task.FromResult("");

    public Func<IAsyncEnumerable<string>, CancellationToken, IAsyncEnumerable<string>> Convert { get; set; } = static (words, _) => words;

    public Func<IQuestions, IProgress<string>?, CancellationToken, Task<string>> Ask { get; set; } = static (_, _, _) => Task.FromResult("");

    public Func<IQuestions, CancellationToken, IAsyncEnumerable<string>> AskOn { get; set; } = static (_, _) => AsyncEnumerable.Empty<string>();

    public Func<PassedBytes, CancellationToken, Task<string>> Pass { get; set; } = static (_, _) => Task.FromResult("");

    /// <summary>The handler's disposal waits for this.</summary>
    public Task Disposal { get; set; } = Task.CompletedTask;

    public int Disposals => Volatile.Read(ref _disposals);

    public Task<string> EchoAsync(string text, CancellationToken cancellationToken) => Echo(text, cancellationToken);

    public IAsyncEnumerable<byte[]> StreamAsync(int count, CancellationToken cancellationToken) => Stream(count, cancellationToken);

    public Task<byte[]> WorkAsync(IProgress<string>? words, IProgress<byte[]>? pieces, CancellationToken cancellationToken) => Work(words, pieces, cancellationToken);

    public IAsyncEnumerable<string> WorkOnAsync(IProgress<string>? words, CancellationToken cancellationToken) => WorkOn(words, cancellationToken);

    public Task<string> ImportAsync(IAsyncEnumerable<byte[]>? pieces, IAsyncEnumerable<string>? words, CancellationToken cancellationToken) => Import(pieces, words, cancellationToken);

    public IAsyncEnumerable<string> ConvertAsync(IAsyncEnumerable<string> words, CancellationToken cancellationToken) => Convert(words, cancellationToken);

    public Task<string> AskAsync(IQuestions? questions, IProgress<string>? words, CancellationToken cancellationToken) => Ask(questions!, words, cancellationToken);

    public IAsyncEnumerable<string> AskOnAsync(IQuestions questions, CancellationToken cancellationToken) => AskOn(questions, cancellationToken);

    public Task<string> PassAsync(
        Stream? source, Stream? destination, Stream? both, SafeFileHandle? file, PipeReader? reader, PipeWriter? writer, IDuplexPipe? pipe, CancellationToken cancellationToken) =>
        Pass(new PassedBytes(source, destination, both, file, reader, writer, pipe), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _ = Interlocked.Increment(ref _disposals);
        return new ValueTask(Disposal);
    }
}

internal sealed class SampleDispatcher(Sample target) : Dispatcher
{
    public static DaemonContract Contract { get; } = new()
    {
        Id = "runtime.tests.sample",
        Interface = typeof(ISample),
        BuildTimestampTicks = 638_000_000_000_000_000,
        Faults = [FaultType.Of<string>(), FaultType.Of<int[]>(), FaultType.Of<IEnumerable<int>>()],
        PassesDescriptors = true,
    };

    public override object Target => target;

    public override string? NameOf(uint method) => method switch
    {
        1 => nameof(ISample.EchoAsync),
        2 => nameof(ISample.StreamAsync),
        3 => nameof(ISample.WorkAsync),
        4 => nameof(ISample.WorkOnAsync),
        5 => nameof(ISample.ImportAsync),
        6 => nameof(ISample.ConvertAsync),
        7 => nameof(ISample.AskAsync),
        8 => nameof(ISample.AskOnAsync),
        9 => nameof(ISample.PassAsync),
        _ => null,
    };

    public override async ValueTask DispatchAsync(uint method, ArgumentReader arguments, ReplyWriter reply)
    {
        switch (method)
        {
            case 1:
                reply.Result(await target.EchoAsync(arguments.Next<string>(), arguments.CancellationToken));
                return;

            case 3:
                try
                {
                    reply.Result(await target.WorkAsync(arguments.NextProgress<string>(), arguments.NextProgress<byte[]>(), arguments.CancellationToken));
                }
                catch (DaemonFaultException<string> exception)
                {
                    reply.Fault(exception);
                    throw;
                }
                catch (DaemonFaultException<int[]> exception)
                {
                    reply.Fault(exception);
                    throw;
                }
                catch (DaemonFaultException<IEnumerable<int>> exception)
                {
                    reply.Fault(exception);
                    throw;
                }

                return;

            case 4:
                await reply.StreamAsync(target.WorkOnAsync(arguments.NextProgress<string>(), arguments.CancellationToken));
                return;

            case 5:
                reply.Result(await target.ImportAsync(arguments.NextStream<byte[]>(), arguments.NextStream<string>(), arguments.CancellationToken));
                return;

            case 6:
                await reply.StreamAsync(target.ConvertAsync(arguments.NextStream<string>(), arguments.CancellationToken));
                return;

            case 7:
                reply.Result(await target.AskAsync(
                    arguments.NextCallback<IQuestions>(static channel => new QuestionsProxy(channel)), arguments.NextProgress<string>(), arguments.CancellationToken));
                return;

            case 8:
                await reply.StreamAsync(target.AskOnAsync(arguments.NextCallback<IQuestions>(static channel => new QuestionsProxy(channel)), arguments.CancellationToken));
                return;

            case 9:
                reply.Result(await target.PassAsync(
                    arguments.NextByteStream(), arguments.NextByteStream(), arguments.NextByteStream(), arguments.NextFile(),
                    arguments.NextPipeReader(), arguments.NextPipeWriter(), arguments.NextDuplexPipe(), arguments.CancellationToken));
                return;

            default:
                await reply.StreamAsync(target.StreamAsync(arguments.Next<int>(), arguments.CancellationToken));
                return;
        }
    }
}

internal sealed class SampleClient(CallChannel channel) : ISample, IAsyncDisposable
{
    public DaemonHandle Daemon => channel.Daemon;

    public static SampleClient InProcess(Sample handler, DaemonContract? contract = null, DaemonClientOptions? options = null) => new(CallChannel.ConnectInProcess(
        contract ?? SampleDispatcher.Contract,
        context =>
        {
            handler.Context = context;
            return handler;
        },
        sample => new SampleDispatcher(sample),
        options));

    public Task<string> EchoAsync(string text, CancellationToken cancellationToken = default) =>
        channel.Request(1, nameof(ISample.EchoAsync)).With(text).SendAsync<string>(cancellationToken).Soon();

    /// <summary>Calls a method that no handler has, and that returns a stream of bytes.</summary>
    public Task<Stream?> OpenAsync(CancellationToken cancellationToken = default) => channel.Request(99).OpenAsync<Stream?>(cancellationToken);

    public IAsyncEnumerable<byte[]> StreamAsync(int count, CancellationToken cancellationToken = default) =>
        channel.Request(2, nameof(ISample.StreamAsync)).With(count).StreamAsync<byte[]>(cancellationToken);

    public Task<byte[]> WorkAsync(IProgress<string>? words, IProgress<byte[]>? pieces = null, CancellationToken cancellationToken = default) =>
        channel.Request(3, nameof(ISample.WorkAsync)).WithProgress(words).WithProgress(pieces).SendAsync<byte[]>(cancellationToken).Soon();

    public IAsyncEnumerable<string> WorkOnAsync(IProgress<string>? words, CancellationToken cancellationToken = default) =>
        channel.Request(4, nameof(ISample.WorkOnAsync)).WithProgress(words).StreamAsync<string>(cancellationToken);

    public Task<string> ImportAsync(IAsyncEnumerable<byte[]>? pieces, IAsyncEnumerable<string>? words = null, CancellationToken cancellationToken = default) =>
        channel.Request(5, nameof(ISample.ImportAsync)).WithStream(pieces).WithStream(words).SendAsync<string>(cancellationToken).Soon();

    public IAsyncEnumerable<string> ConvertAsync(IAsyncEnumerable<string> words, CancellationToken cancellationToken = default) =>
        channel.Request(6, nameof(ISample.ConvertAsync)).WithStream(words).StreamAsync<string>(cancellationToken);

    public Task<string> AskAsync(IQuestions? questions, IProgress<string>? words = null, CancellationToken cancellationToken = default) =>
        channel.Request(7, nameof(ISample.AskAsync)).WithCallback(questions, static target => new QuestionsDispatcher(target)).WithProgress(words)
            .SendAsync<string>(cancellationToken).Soon();

    public IAsyncEnumerable<string> AskOnAsync(IQuestions questions, CancellationToken cancellationToken = default) =>
        channel.Request(8, nameof(ISample.AskOnAsync)).WithCallback(questions, static target => new QuestionsDispatcher(target)).StreamAsync<string>(cancellationToken);

    public Task<string> PassAsync(
        Stream? source, Stream? destination, Stream? both, SafeFileHandle? file, PipeReader? reader, PipeWriter? writer, IDuplexPipe? pipe,
        CancellationToken cancellationToken = default) =>
        channel.Request(9, nameof(ISample.PassAsync)).WithFile(source).WithFile(destination).WithFile(both).WithFile(file).WithFile(reader).WithFile(writer).WithFile(pipe)
            .SendAsync<string>(cancellationToken).Soon();

    public CallRequest Request(uint method, string name) => channel.Request(method, name);

    public async ValueTask DisposeAsync() => await channel.DisposeAsync().Soon();
}
