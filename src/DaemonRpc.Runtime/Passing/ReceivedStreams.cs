using System.IO.Pipelines;
using System.Net.Sockets;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Passing;

/// <summary>The files and streams that came with a request, for its handler. They are closed when the task ends.</summary>
/// <param name="descriptors">The request's descriptors, in the order of the arguments. Owned by this object.</param>
internal sealed class ReceivedStreams(SafeFileHandle[] descriptors)
{
    private readonly List<IAsyncDisposable> _opened = [];
    private int _taken;

    /// <summary>Returns the next descriptor as a file.</summary>
    public SafeFileHandle NextFile() => _taken < descriptors.Length
        ? descriptors[_taken++]
        : throw new DaemonProtocolException($"The request came with {descriptors.Length} descriptors; its arguments say that there are more.");

    /// <summary>Returns the next descriptor as a stream.</summary>
    public Stream NextStream(StreamTraits traits)
    {
        FileAccess access = (traits & (StreamTraits.Reads | StreamTraits.Writes)) switch
        {
            StreamTraits.Reads => FileAccess.Read,
            StreamTraits.Writes => FileAccess.Write,
            StreamTraits.Reads | StreamTraits.Writes => FileAccess.ReadWrite,
            _ => throw new DaemonProtocolException("The request passes a stream that can be neither read nor written."),
        };
        SafeFileHandle file = NextFile();
        Stream stream = (traits & StreamTraits.Copied) == 0 ? new PassedFileStream(file, access) : ToSocket(file, access);
        _opened.Add(stream);
        return stream;
    }

    /// <summary>Returns the next descriptor as a pipe's end that is read.</summary>
    public PipeReader NextReader(StreamTraits traits)
    {
        var reader = PipeReader.Create(NextStream(traits));
        _opened.Add(new Completion(reader.CompleteAsync));
        return reader;
    }

    /// <summary>Returns the next descriptor as a pipe's end that is written. What the handler has not flushed is sent when the task ends.</summary>
    public PipeWriter NextWriter(StreamTraits traits)
    {
        var writer = PipeWriter.Create(NextStream(traits));
        _opened.Add(new Completion(writer.CompleteAsync));
        return writer;
    }

    /// <summary>Returns the next descriptor as a pipe's both ends.</summary>
    public IDuplexPipe NextPipe(StreamTraits traits)
    {
        Stream stream = NextStream(traits);
        var pipe = new Pipe(PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true)), PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
        _opened.Add(new Completion(pipe.Input.CompleteAsync));
        _opened.Add(new Completion(pipe.Output.CompleteAsync));
        return pipe;
    }

    /// <summary>Closes everything, because the task is about to end. Sends what is buffered.</summary>
    /// <exception cref="IOException">What is buffered could not be sent.</exception>
    public async ValueTask CloseAsync()
    {
        try
        {
            // Pipes before the streams below them.
            for (int index = _opened.Count - 1; index >= 0; index--)
            {
                await _opened[index].DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            Abort();
        }
    }

    /// <summary>Closes every descriptor, and drops what is buffered. Safe from any thread, also while <see cref="CloseAsync"/> sends.</summary>
    public void Abort()
    {
        foreach (Stream stream in _opened.OfType<Stream>())
        {
            try
            {
                stream.Dispose();
            }
            catch (IOException)
            {
                // A file whose position cannot be given back, such as a pipe. It is closed nevertheless.
            }
        }

        Array.ForEach(descriptors, static descriptor => descriptor.Dispose());
    }

    private static ReceivedSocketStream ToSocket(SafeFileHandle file, FileAccess access)
    {
        SocketThreads.Demand();
        var handle = new SafeSocketHandle(file.DangerousGetHandle(), ownsHandle: true);
        file.SetHandleAsInvalid();
        try
        {
            return new ReceivedSocketStream(new Socket(handle), access);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            handle.Dispose();
            throw new DaemonProtocolException($"The request passes a stream that is no connected socket: {exception.Message}", exception);
        }
    }

    private sealed record Pipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Completion(Func<Exception?, ValueTask> complete) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => complete(null);
    }
}
